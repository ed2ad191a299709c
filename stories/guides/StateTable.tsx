import { situationOf } from '../../src/react/card/situation.js'
import { GERMAN } from '../../src/react/german.js'
import { DownloadCard, ENGLISH, type Message, MessagesProvider, type Situation } from '../../src/react/index.js'
import { CALLBACKS } from '../callbacks.js'
import { pluginIcon } from '../pluginIcon.js'
import { NOW, SCENARIOS, type Scenario } from '../scenarios.js'

const EXAMPLES = new Map<Situation, Scenario>(
  Object.values<Scenario>(SCENARIOS)
    .reverse()
    .map((scenario) => [situationOf(scenario.progress, scenario.facts ?? {}, NOW), scenario]),
)

/** Every situation of the catalogue: its card, and its words in both languages. */
export function StateTable() {
  // reason: a record over the union, so that the compiler keeps it whole
  const situations = Object.keys(ENGLISH.situations) as Situation[]
  return (
    <MessagesProvider locale="en" timeZone="UTC" now={() => NOW}>
      {groupsOf(situations).map(({ title, members }) => (
        <section key={title} className="guide-states">
          <h2>{title}</h2>
          {members.map((situation) => (
            <Row key={situation} situation={situation} />
          ))}
        </section>
      ))}
    </MessagesProvider>
  )
}

function Row({ situation }: { readonly situation: Situation }) {
  const example = EXAMPLES.get(situation)
  return (
    <div className="guide-state">
      <h3>
        <code>{situation}</code>
      </h3>
      {example ? (
        <div className="sb-unstyled">
          <DownloadCard
            {...CALLBACKS}
            progress={{ ...example.progress, taskId: situation }}
            facts={example.facts}
            icon={pluginIcon(example.progress.pluginId)}
            headingLevel={4}
          />
        </div>
      ) : null}
      <p lang="en">{wordsOf(ENGLISH.situations[situation])}</p>
      <p lang="de">{wordsOf(GERMAN.situations[situation])}</p>
    </div>
  )
}

function groupsOf(situations: readonly Situation[]) {
  const startsWith = (prefix: string) => situations.filter((situation) => situation.startsWith(prefix))
  const [waits, failures] = [startsWith('wait:'), startsWith('failure:')]
  const states = situations.filter((situation) => !waits.includes(situation) && !failures.includes(situation))
  return [
    { title: 'What it is doing', members: states },
    { title: 'Why it waits', members: waits },
    { title: 'Why it failed', members: failures },
  ]
}

function wordsOf({ title, sentence, note, kept }: (typeof ENGLISH)['situations'][Situation]): string {
  return [title, sentence, note, kept].flatMap((message) => (message === undefined ? [] : textOf(message))).join(' · ')
}

/** Of a message with several forms, the one for most numbers; what may be left out stands in brackets. */
function textOf(message: Message): string {
  return typeof message === 'string' ? message : message.other
}
