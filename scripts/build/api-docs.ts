import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderOpenApi } from '../../src/contract/openapi.ts';
import { modulesDirectory, rootDirectory } from '../bootstrap/paths.mjs';
import { precompress } from './web.ts';

// ReDoc shows its maker's logo from another host. A picture from outside would tell that host who reads the pages.
const redocOutsideLogo = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const emptyPicture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/**
 * Writes `docs/` (OpenAPI, Swagger UI for /docs, ReDoc for /redoc, all from local files and without inline script) and
 * `catalog.json` into `directory`.
 * @returns what was made, for the person who waits
 */
export async function buildApiDocs(directory: string): Promise<string> {
  const docs = join(directory, 'docs');
  mkdirSync(join(docs, 'swagger'), { recursive: true });
  mkdirSync(join(docs, 'redoc'), { recursive: true });
  writeFileSync(join(docs, 'openapi.json'), `${JSON.stringify(renderOpenApi())}\n`);
  writeSwagger(join(docs, 'swagger'));
  writeRedoc(join(docs, 'redoc'));
  await precompress(docs);
  cpSync(join(rootDirectory, 'src/providers/catalog/catalog.json'), join(directory, 'catalog.json'));
  return '/docs, /redoc, openapi.json, catalog.json';
}

function writeSwagger(directory: string): void {
  const source = join(modulesDirectory, 'swagger-ui-dist');
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE']) {
    cpSync(join(source, name), join(directory, name));
  }
  writeFileSync(
    join(directory, 'index.html'),
    page({
      styles: ['/docs/swagger-ui.css', '/docs/page.css'],
      scripts: ['/docs/swagger-ui-bundle.js', '/docs/page.js'],
    }),
  );
  writeFileSync(join(directory, 'page.css'), 'body{margin:0;background:#fafafa}\n');
  writeFileSync(
    join(directory, 'page.js'),
    "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n",
  );
}

/** Throws when ReDoc no longer holds the address that is taken out, so that an update cannot bring it back unseen. */
function writeRedoc(directory: string): void {
  const source = join(modulesDirectory, 'redoc');
  const bundle = readFileSync(join(source, 'bundles/redoc.standalone.js'), 'utf8');
  if (!bundle.includes(redocOutsideLogo)) throw new Error(`redoc.standalone.js no longer names ${redocOutsideLogo}`);
  writeFileSync(join(directory, 'redoc.standalone.js'), bundle.replaceAll(redocOutsideLogo, emptyPicture));
  cpSync(join(source, 'LICENSE'), join(directory, 'LICENSE'));
  writeFileSync(
    join(directory, 'index.html'),
    page({ styles: ['/redoc/page.css'], scripts: ['/redoc/redoc.standalone.js', '/redoc/page.js'] }),
  );
  writeFileSync(join(directory, 'page.css'), 'body{margin:0}\n');
  writeFileSync(
    join(directory, 'page.js'),
    "Redoc.init('/openapi.json', { hideDownloadButton: false }, document.getElementById('page'));\n",
  );
}

function page({ styles, scripts }: { styles: string[]; scripts: string[] }): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>API Key Manager API</title>',
    '<link rel="icon" href="/favicon.svg">',
    ...styles.map((href) => `<link rel="stylesheet" href="${href}">`),
    ...scripts.map((source) => `<script src="${source}" defer></script>`),
    '</head>',
    '<body><div id="page"></div></body>',
    '</html>',
    '',
  ].join('\n');
}
