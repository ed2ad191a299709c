import type { ReactNode } from 'react'
import { useFollowing } from '../words/follow.js'
import { useAsideWords, useCardWords } from '../words/partWords.js'
import type { SpeedMessages } from '../words/widgetMessages.js'
import type { CardWords } from '../words/words.js'
import { HEIGHT, pathsOf, peakOf, type SpeedSeries, WIDTH, yOf } from './speedSeries.js'

export interface SpeedGraphProps {
  /** Of `useSpeedSeries`. */
  readonly series: SpeedSeries
  readonly limitBytesPerSecond?: number | undefined
  /** Whether the values can be read as a table. @default true */
  readonly hasTable?: boolean | undefined
  readonly className?: string | undefined
}

/** The speed of the last minute. Its name is for listening to, and is not read out as it changes. */
export function SpeedGraph({ series, limitBytesPerSecond, hasTable = true, className }: SpeedGraphProps): ReactNode {
  const { speed } = useAsideWords().messages
  const words = useCardWords()
  const { samples, top } = series
  const now = samples.at(-1)?.bytesPerSecond
  const { line, area } = pathsOf(series)
  const name = useCalmName(nameOf(series, speed, words), samples.at(-1)?.at ?? 0)
  return (
    <figure
      className={['pd-widget pd-speed', className].filter(Boolean).join(' ')}
      data-state={now === undefined ? 'still' : 'moving'}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={name}>
        <path className="pd-speed__area" d={area} />
        <path className="pd-speed__line" d={line} />
        {limitBytesPerSecond === undefined || limitBytesPerSecond > top ? null : (
          <path className="pd-speed__cap" d={`M0 ${yOf(limitBytesPerSecond, top)}H${WIDTH}`} />
        )}
        <path className="pd-speed__base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      </svg>
      <figcaption className="pd-num">
        <bdi>
          <b>{now === undefined ? words.say(speed.atRest) : rate(now, words)}</b>
        </bdi>
        <span>
          <bdi>
            {limitBytesPerSecond === undefined
              ? null
              : `${words.say(speed.limit, { rate: rate(limitBytesPerSecond, words) })} · `}
            {words.say(speed.lastMinute)}
          </bdi>
        </span>
      </figcaption>
      {hasTable ? <Values series={series} words={words} /> : null}
    </figure>
  )
}

const NAMED_EVERY_MS = 15_000

/** A name that changes every quarter of a minute. */
function useCalmName(name: string, at: number): string {
  const shown = useFollowing({ name, at }, at, (last) =>
    at - last.at >= NAMED_EVERY_MS || last.at === 0 ? { name, at } : last,
  )
  return shown.name
}

function nameOf({ samples }: SpeedSeries, { name, nameAtRest }: SpeedMessages, words: CardWords): string {
  const now = samples.at(-1)?.bytesPerSecond
  const highest = rate(peakOf(samples), words)
  return words.say(now === undefined ? nameAtRest : name, { now: rate(now ?? 0, words), highest }) ?? ''
}

function rate(bytesPerSecond: number, words: CardWords): string {
  return words.speed(bytesPerSecond) ?? words.say(words.messages.figures.slowerThan, { rate: words.slowest }) ?? ''
}

const TABLE_EVERY = 10

/** Every tenth second, for who cannot see the line. */
function Values({ series, words }: { readonly series: SpeedSeries; readonly words: CardWords }): ReactNode {
  const newest = series.samples.at(-1)?.at ?? 0
  const rows = series.samples.filter(({ at }) => Math.round((newest - at) / 1000) % TABLE_EVERY === 0).reverse()
  return (
    <details className="pd-speed__values">
      <summary>{words.say(words.messages.buttons.details)}</summary>
      <table>
        <tbody>
          {rows.map(({ at, bytesPerSecond }) => (
            <tr key={at}>
              <th scope="row" className="pd-num">
                {words.duration(Math.round((at - newest) / 1000), 'second')}
              </th>
              <td className="pd-num">{bytesPerSecond === undefined ? '–' : rate(bytesPerSecond, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
