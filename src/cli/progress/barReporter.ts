import { MultiBar, type SingleBar } from 'cli-progress'
import { type CliIo, writeLine } from '../io.js'
import { barLine } from './barLine.js'
import type { ProgressReporter } from './reporter.js'

/** One bar a download, drawn in place. What failed is told in full below the bars. */
export function createBarReporter({ stderr, columns }: CliIo): ProgressReporter {
  const bars = createBars(stderr)
  const drawn = new Map<string, SingleBar>()
  const failures: string[] = []
  return {
    update: (source, progress) => {
      const bar = drawn.get(source) ?? bars.create(1, 0, { line: '' })
      drawn.set(source, bar)
      bar.update({ line: barLine(source, progress, columns()) })
    },
    installed: () => {},
    failed: (source, { message }) => failures.push(`plugdock: ${source}: ${message}`),
    close: () => {
      bars.stop()
      for (const failure of failures.splice(0)) writeLine(stderr, failure)
    },
  }
}

/** cli-progress moves the cursor and redraws; what stands on a line is {@link barLine}'s. */
function createBars(stream: CliIo['stderr']): MultiBar {
  const format = (_options: unknown, _parameters: unknown, { line }: { line: string }) => line
  return new MultiBar({ format, stream, hideCursor: true, gracefulExit: false, emptyOnZero: true })
}
