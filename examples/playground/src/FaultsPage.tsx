import { useWords } from 'plugdock/react'
import type { ReactNode } from 'react'
import type { OriginRequest, Strike, Weather } from './origin.js'
import { usePlayground } from './playgroundContext.js'
import { STRIKES, WEATHERS } from './weathers.js'

const LASTING: readonly Weather[] = ['offline', 'busy', 'stalled']
const ONCE: readonly Strike[] = ['cut', 'damage']
const SPEEDS: readonly (number | null)[] = [100_000, 500_000, 2_000_000, 10_000_000, null]

/** What can go wrong between here and the origin. */
export function FaultsPage(): ReactNode {
  return (
    <>
      <p className="pg-lead">
        The plugins come from a server on this computer. Start a download, then break that server here and watch.
      </p>
      <Speed />
      <Lasting />
      <Once />
      <Log />
    </>
  )
}

function Speed(): ReactNode {
  const { origin, changeOrigin } = usePlayground()
  const { bytes } = useWords()
  return (
    <fieldset className="pg-panel">
      <legend>Speed, all downloads together</legend>
      <div className="pg-choices">
        {SPEEDS.map((speed) => (
          <label key={speed} className="pg-choice pd-num">
            <input
              type="radio"
              name="speed"
              checked={origin.speed === speed}
              onChange={() => changeOrigin({ speed })}
            />
            {speed === null ? 'No limit' : `${bytes(speed)}/s`}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Lasting(): ReactNode {
  const { origin, changeOrigin } = usePlayground()
  return (
    <section className="pg-panel" aria-labelledby="pg-lasting">
      <h2 id="pg-lasting">Until you switch it off</h2>
      <ul className="pg-faults">
        {LASTING.map((weather) => {
          const isOn = origin.weather === weather
          return (
            <li key={weather}>
              <div>
                <h3 id={`pg-${weather}`}>{WEATHERS[weather].title}</h3>
                <p>{WEATHERS[weather].effect}</p>
              </div>
              <button
                type="button"
                role="switch"
                className="pg-switch"
                aria-checked={isOn}
                aria-labelledby={`pg-${weather}`}
                onClick={() => changeOrigin({ weather: isOn ? 'clear' : weather })}
              />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Once(): ReactNode {
  const { origin, changeOrigin } = usePlayground()
  return (
    <section className="pg-panel" aria-labelledby="pg-once">
      <h2 id="pg-once">Once</h2>
      <ul className="pg-faults">
        {ONCE.map((strike) => (
          <li key={strike}>
            <div>
              <h3>{STRIKES[strike].title}</h3>
              <p>{STRIKES[strike].effect}</p>
            </div>
            <button
              type="button"
              className="pd-btn"
              disabled={origin.armed === strike}
              onClick={() => changeOrigin({ strike })}
            >
              {origin.armed === strike ? 'Waits for a download' : STRIKES[strike].short}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const OUTCOMES: Readonly<Record<OriginRequest['outcome'], string>> = {
  open: 'sending',
  complete: 'complete',
  cut: 'cut off',
  gone: 'page went away',
}

function Log(): ReactNode {
  const { events } = usePlayground().origin
  const { bytes } = useWords()
  return (
    <section className="pg-panel" aria-labelledby="pg-log">
      <h2 id="pg-log">What the origin was asked</h2>
      {events.length === 0 ? <p>Nothing yet.</p> : null}
      <ol className="pg-log">
        {events.map(({ number, text, bytesSent, outcome }) => (
          <li key={number} data-outcome={outcome}>
            <code>{text}</code>
            <span className="pd-num">
              {bytes(bytesSent)} sent, {OUTCOMES[outcome]}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
