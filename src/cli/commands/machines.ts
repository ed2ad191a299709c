import { Argument, type Command, Option } from 'commander'
import { chartSections } from '../../charts/chartSections.js'
import { toMermaid } from '../../charts/toMermaid.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeLine } from '../io.js'

const NAMES = ['supervisor', 'download', 'activation'] as const
type ChartName = (typeof NAMES)[number]

export function addMachines(program: Command, act: Act): void {
  program
    .command('machines')
    .summary('print the state charts')
    .description(
      'Print the state charts that decide what happens to a download and to what it installed; all of them where none is named.',
    )
    .addArgument(new Argument('[name]', 'one chart').choices(NAMES))
    .addOption(new Option('--format <format>', 'what to print').choices(['mermaid', 'json']).default('mermaid'))
    .action((name: ChartName | undefined, { format }: { format: 'mermaid' | 'json' }) =>
      act((io) => printCharts(io, name, format)),
    )
}

async function printCharts({ stdout }: CliIo, name: ChartName | undefined, format: string): Promise<ExitStatus> {
  const { activationMachine, downloadMachine, supervisorMachine } = await import('../../../machines/index.js')
  const charts = { supervisor: supervisorMachine, download: downloadMachine, activation: activationMachine }
  if (format === 'json') {
    const configs = {
      supervisor: supervisorMachine.config,
      download: downloadMachine.config,
      activation: activationMachine.config,
    }
    writeLine(stdout, JSON.stringify(name ? configs[name] : configs, null, 2))
  } else {
    writeLine(stdout, name ? toMermaid(charts[name]) : chartSections(charts))
  }
  return EXIT.done
}
