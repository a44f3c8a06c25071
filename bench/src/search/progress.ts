/** Tells how far long work has come, with rate and time left: one line that moves on a terminal, one each 15 s elsewhere. */
export interface ProgressBar {
  advance(done: number, detail: string): void
  note(text: string): void
  end(text: string): void
}

export function progressBar(title: string, total: number): ProgressBar {
  const terminal = process.stderr.isTTY
  const began = performance.now()
  const interval = terminal ? 200 : 15_000
  let shown = began
  const say = (text: string) => process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`)
  return {
    advance(done, detail) {
      const now = performance.now()
      if (now - shown < interval) return
      shown = now
      const share = done / total
      const seconds = (now - began) / 1000
      const filled = '#'.repeat(Math.round(share * 20)).padEnd(20, '.')
      const rate = Number.parseInt(detail, 10) / seconds
      const left = Math.round(seconds / share - seconds)
      say(
        `${title} [${filled}] ${(share * 100).toFixed(0)}%, ${detail}, ${rate.toFixed(0)}/s, ${left} s left`,
      )
    },
    note: (text) => say(`${title}: ${text}`),
    end: (text) => process.stderr.write(`${terminal ? '\r\x1b[K' : ''}${title}: ${text}\n`),
  }
}
