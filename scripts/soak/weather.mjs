import * as kit from '../../dist/src/testing/index.js'

/** Every kind of fault that a bundle, or a manifest, may meet; `at` is somewhere in the file. */
const OF_BUNDLES = [
  (at) => kit.dropAfter(at),
  (at) => kit.resetAfter(at),
  (at) => kit.stall(at),
  (at) => kit.truncate(at),
  (at) => kit.corrupt(at),
  (at) => kit.wrongRange(at),
  // slow, and not so slow that no patience is enough: nobody ends what is only slow
  (at) => kit.trickle(1000 + (at % 4000), 10),
  (at) => kit.shortBody(1 + (at % 1000)),
  (at) => kit.longBody(1 + (at % 1000)),
  (at) => kit.lieAboutLength(at % 2 ? 100 : -100),
  (at) => kit.lieAboutRange({ start: at }),
  (at) => kit.unfinishedChunks(at),
  () => kit.ignoreRange(),
  () => kit.unaskedRange(),
  () => kit.emptyRange(),
  () => kit.refuseRange(),
  () => kit.multipart(),
  () => kit.endless(),
  () => kit.changeEtag(),
  () => kit.withEtag(undefined),
  () => kit.withoutLength('close'),
  () => kit.gzip('ignored'),
  () => kit.gzip('compressed'),
  () => kit.inject({ before: 'something' }),
  (_, other) => kit.swap(other),
]
const OF_ALL = [
  () => kit.refuse(),
  () => kit.hang(),
  () => kit.status(500),
  () => kit.status(404),
  () => kit.status(503, { retryAfter: 1 }),
  () => kit.status(429),
  () => kit.html(),
  () => kit.status(200, { body: '{', contentType: 'application/json' }),
]

/** Lets something go wrong now and then, with the next answer for some file. */
export class Weather {
  met = 0
  #calm = 0
  #origin
  #site
  #pick
  #random

  constructor(origin, site, { pick, random }) {
    this.#origin = origin
    this.#site = site
    this.#pick = pick
    this.#random = random
  }

  /** A source that says no is not asked again for some time: whoever wants to see a repair needs one that works. */
  async calmFor(look) {
    this.#calm++
    this.#origin.unscript()
    try {
      return await look()
    } finally {
      this.#calm--
    }
  }

  /** Of each file there is one fault to come, at most. */
  change() {
    if (this.#calm > 0) return
    const { bundles, documents, releaseAny } = this.#site
    const isOfBundle = this.#random() < 0.75
    const { path, size } = isOfBundle ? this.#pick(bundles) : { path: this.#pick(documents), size: 100 }
    const kinds = isOfBundle ? [...OF_BUNDLES, ...OF_ALL] : OF_ALL
    const fault = this.#pick(kinds)(Math.floor(this.#random() * size), this.#pick(bundles).path)
    const counted = (exchange) => {
      this.met++
      return fault.apply(exchange)
    }
    this.#origin.unscript(path)
    this.#origin.script(path, { ...fault, sticky: false, apply: counted })
    if (this.#random() < 0.2) releaseAny(this.#pick)
  }
}
