/** Settings of the embedded server: sized for a laptop with 8 GB, and such that nothing acknowledged is ever lost. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',

  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // The default on macOS leaves the data in the drive's cache.
  ...(process.platform === 'darwin' ? { wal_sync_method: 'fsync_writethrough' } : {}),

  shared_buffers: '512MB',
  effective_cache_size: '2GB',
  work_mem: '16MB',
  maintenance_work_mem: '256MB',
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  // Queries here are short: compiling them costs more than running them.
  jit: 'off',

  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and error details can hold patient data, and a log file is no place for it.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
}

/** The settings as flags of `postgres`, for one port. */
export function serverFlags(port: number): readonly string[] {
  return Object.entries({ ...settings, port: String(port) }).map(([name, value]) => `-c ${name}=${value}`)
}
