import os from 'node:os'
import path from 'node:path'

/** Where archives are if nothing else is said: in the place that the system has for data of programs. */
export function defaultArchiveFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const base = env.XDG_DATA_HOME || env.LOCALAPPDATA || path.join(env.HOME || os.homedir(), '.local/share')
  return path.join(base, 'anamnesis', 'terminology')
}
