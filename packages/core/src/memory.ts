import { definePlugin, type Plugin } from './plugin/define.js'
import { definitionsService, storageService } from './plugin/services.js'
import { memoryStorage } from './storage/memory.js'

/** Storage in memory, for tests and first steps: everything is gone when the process ends. */
export function memory(): Plugin {
  return definePlugin({
    name: 'memory',
    uses: { definitions: definitionsService },
    provides: { storage: storageService },
    setup: ({ definitions }, { clock }) => ({ provides: { storage: memoryStorage({ clock, definitions }) } }),
  })
}
