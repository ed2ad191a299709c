import type { ServerName } from './findServers.js'

/**
 * `off`: sends files as they are. `on`: compresses what may be compressed for whoever accepts it. `forced`: compresses
 * whatever was asked for, as some proxies do.
 */
export type Compression = 'off' | 'on' | 'forced'

export interface Place {
  /** Everything the server writes and reads; the files it serves lie in `www`. */
  readonly folder: string
  readonly port: number
  readonly compression: Compression
}

export interface Configuration {
  readonly fileName: string
  readonly text: string
  /** In the foreground, as one process: whoever kills that, kills the server. */
  readonly args: (path: string) => readonly string[]
}

export const CONFIGURATIONS: Readonly<Record<ServerName, (place: Place) => Configuration>> = {
  nginx,
  apache,
  lighttpd,
  caddy,
}

const TYPES: readonly (readonly [extension: string, type: string])[] = [
  ['js', 'application/javascript'],
  ['json', 'application/json'],
  ['html', 'text/html'],
]
const COMPRESSED_TYPE = 'application/javascript'
const NOBODY = 65_534

function nginx({ folder, port, compression }: Place): Configuration {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return {
    fileName: 'nginx.conf',
    args: (path) => ['-p', folder, '-e', `${folder}/error.log`, '-c', path],
    text: lines(
      'daemon off;',
      'master_process off;',
      `pid ${folder}/nginx.pid;`,
      'events { worker_connections 256; }',
      'http {',
      '  access_log off;',
      '  sendfile on;',
      `  types { ${TYPES.map(([extension, type]) => `${type} ${extension};`).join(' ')} }`,
      ...temporary.map((name) => `  ${name}_temp_path ${folder}/${name}_temp;`),
      compression === 'on' && `  gzip on; gzip_types ${COMPRESSED_TYPE}; gzip_min_length 1; gzip_proxied any;`,
      compression === 'forced' && '  gzip_static always;',
      `  server { listen 127.0.0.1:${port}; root ${folder}/www; }`,
      '}',
    ),
  }
}

function apache({ folder, port, compression }: Place): Configuration {
  const modules = ['mpm_event', 'authz_core', 'mime', 'filter', 'deflate', 'env']
  return {
    fileName: 'apache.conf',
    args: (path) => ['-X', '-f', path],
    text: lines(
      `ServerRoot ${folder}`,
      `DefaultRuntimeDir ${folder}`,
      `PidFile ${folder}/apache.pid`,
      `ErrorLog ${folder}/error.log`,
      'ServerName 127.0.0.1',
      `Listen 127.0.0.1:${port}`,
      ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      process.getuid?.() === 0 && `User #${NOBODY}\nGroup #${NOBODY}`,
      'TypesConfig /dev/null',
      ...TYPES.map(([extension, type]) => `AddType ${type} .${extension}`),
      `DocumentRoot ${folder}/www`,
      compression !== 'off' && `AddOutputFilterByType DEFLATE ${COMPRESSED_TYPE}`,
      compression === 'forced' && 'SetEnv force-gzip 1',
    ),
  }
}

function lighttpd({ folder, port, compression }: Place): Configuration {
  return {
    fileName: 'lighttpd.conf',
    args: (path) => ['-D', '-f', path],
    text: lines(
      `server.document-root = "${folder}/www"`,
      'server.bind = "127.0.0.1"',
      `server.port = ${port}`,
      // else a file that was touched keeps its ETag for a second
      'server.stat-cache-engine = "disable"',
      `server.errorlog = "${folder}/error.log"`,
      `server.upload-dirs = ("${folder}")`,
      `mimetype.assign = (${TYPES.map(([extension, type]) => `".${extension}" => "${type}"`).join(', ')})`,
      compression !== 'off' && 'server.modules += ("mod_setenv", "mod_deflate")',
      compression !== 'off' && `deflate.mimetypes = ("${COMPRESSED_TYPE}")`,
      compression !== 'off' && 'deflate.allowed-encodings = ("gzip")',
      compression === 'forced' && 'setenv.set-request-header = ("Accept-Encoding" => "gzip")',
    ),
  }
}

function caddy({ folder, port, compression }: Place): Configuration {
  return {
    fileName: 'Caddyfile',
    args: (path) => ['run', '--config', path, '--adapter', 'caddyfile'],
    text: lines(
      '{',
      '  admin off',
      '  auto_https off',
      `  storage file_system ${folder}/caddy`,
      '}',
      `http://127.0.0.1:${port} {`,
      '  bind 127.0.0.1',
      `  root * ${folder}/www`,
      compression === 'forced' && '  request_header Accept-Encoding gzip',
      compression !== 'off' && '  encode gzip',
      '  file_server',
      '}',
    ),
  }
}

function lines(...all: readonly (string | false)[]): string {
  return `${all.filter((line) => line !== false).join('\n')}\n`
}
