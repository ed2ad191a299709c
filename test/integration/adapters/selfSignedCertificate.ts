import { generateKeyPairSync, sign } from 'node:crypto'

/** A key, and a certificate for 127.0.0.1 that nobody but its owner signed. PEM. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 2
const BIT_STRING = 3
const OCTET_STRING = 4
const OBJECT_ID = 6
const UTF8_STRING = 12
const GENERALIZED_TIME = 24
const VERSION = 0xa0
const EXTENSIONS = 0xa3
const IP_ADDRESS = 0x87

/** ecdsa-with-SHA256, id-at-commonName, id-ce-subjectAltName. */
const ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]
const COMMON_NAME = [0x55, 4, 3]
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11]

/** As RFC 5280 writes it, in DER. */
export function selfSignedCertificate(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_SHA256))
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, ascii('127.0.0.1')))))
  const validity = der(
    SEQUENCE,
    der(GENERALIZED_TIME, ascii('20200101000000Z')),
    der(GENERALIZED_TIME, ascii('99991231235959Z')),
  )
  const altName = der(
    SEQUENCE,
    der(OBJECT_ID, SUBJECT_ALT_NAME),
    der(OCTET_STRING, der(SEQUENCE, der(IP_ADDRESS, [127, 0, 0, 1]))),
  )
  const content = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, [2])),
    der(INTEGER, [1]),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, altName)),
  )
  const signature = sign('sha256', content, privateKey)
  const certificate = der(SEQUENCE, content, algorithm, der(BIT_STRING, [0], signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function der(tag: number, ...parts: readonly Iterable<number>[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from([...part])))
  const { length } = content
  if (length < 0x80) return Buffer.from([tag, length, ...content])
  return Buffer.from([tag, 0x82, length >> 8, length & 0xff, ...content])
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'ascii')
}
