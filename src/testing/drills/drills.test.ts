import { Console } from 'node:console';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabaseBeside } from '../../server/database/open-beside.ts';
import { stopDatabase } from '../stop-database.ts';
import { makeTestDirectory, type TestDatabase, type TestEngine, testEngines } from '../test-database.ts';
import { expectSumsOfEvents } from '../usage-records.ts';
import type { DrillCall } from './drill-load.ts';
import { type DrillScene, openScene } from './drill-scene.ts';
import { canHaveCluster, openCluster } from './postgres-cluster.ts';
import type { Reconciliation } from './reconcile.ts';

// A full drill is `DRILL_ROUNDS=20 npm test -- src/testing/drills`; every run of the tests makes a short one.
const ROUNDS = Number(process.env['DRILL_ROUNDS'] ?? 2);
const RATE = Number(process.env['DRILL_RATE'] ?? 330);
const isFull = ROUNDS >= 10;
const OUTAGE_MS = isFull ? 10_000 : 1500;
const ANSWERS_MS_MAX = 20_000;
const CATCH_UP_MS_MAX = 60_000;
const ROUND_MS_MAX = 40_000;

const noFault = { missing: [], double: [], wrong: [], other: [], unrecorded: [] };

function print(title: string, rows: readonly object[]): void {
  const out = new Console({ stdout: process.stdout, colorMode: false });
  out.log(title);
  out.table(rows);
}
const countsOf = ({ missing, double, wrong, other, unrecorded, ...counts }: Reconciliation) => ({
  ...counts,
  missing: missing.length,
  double: double.length,
  wrong: wrong.length,
  other: other.length,
  unrecorded: unrecorded.length,
});

describe.each(testEngines())('under load on $engine', (engine: TestEngine) => {
  let place: TestDatabase;
  let scene: DrillScene;
  let calls: DrillCall[];
  beforeEach(async () => {
    place = await engine.open();
    // The process that is put to the test has the database to itself.
    await place.database.close();
    scene = await openScene(place);
    calls = [];
  });
  afterEach(async () => {
    await scene.close();
    await place.dispose();
  });

  it(
    `no call is lost or counted twice when the process is killed, ${ROUNDS} times`,
    async () => {
      const table: object[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const load = scene.startLoad(RATE);
        const loadMs = 400 + Math.random() * (isFull ? 2600 : 900);
        await delay(loadMs);
        const rate = Math.round((load.started() * 1000) / loadMs);
        expect(await scene.server().end('SIGKILL')).toBe('SIGKILL');
        calls.push(...(await load.stop()));
        await scene.restart();
        const books = await scene.compare(calls);
        table.push({ round, rate, ...countsOf(books) });
        expect(books).toMatchObject(noFault);
        expect(rate).toBeGreaterThanOrEqual(isFull ? 300 : 0);
      }
      print(`kill -9 on ${engine.engine}, all calls so far after each round`, table);
      expect(calls.filter(({ isComplete }) => isComplete).length).toBeGreaterThan(50 * ROUNDS);
      const beside = await openDatabaseBeside(place);
      try {
        await expectSumsOfEvents(beside.reader);
      } finally {
        await beside.close();
      }
    },
    ROUNDS * ROUND_MS_MAX,
  );

  it(
    'an end in good order lets every call end: none is interrupted, and no segment stays',
    async () => {
      const load = scene.startLoad(RATE);
      await vi.waitFor(() => expect(load.answered()).toBeGreaterThan(200), { timeout: ANSWERS_MS_MAX });
      expect(await scene.server().end('SIGTERM')).toBe(0);
      calls.push(...(await load.stop()));
      expect(scene.segments()).toEqual([]);
      const books = await scene.compare(calls);
      print(`SIGTERM on ${engine.engine}`, [countsOf(books)]);
      expect(books).toMatchObject({ ...noFault, interrupted: 0, neverArrived: 0 });
      expect(calls.filter(({ isComplete, httpStatus }) => isComplete && httpStatus === 200).length).toBe(books.exact);
      expect(books.exact).toBeGreaterThan(200);
      await scene.restart();
    },
    ROUND_MS_MAX,
  );

  it(
    'calls go on without the database, and everything is there once afterwards',
    async () => {
      const load = scene.startLoad(RATE);
      await delay(500);
      const resume = await stopDatabase(place);
      await delay(OUTAGE_MS);
      const during = load.started();
      await resume();
      await delay(500);
      calls.push(...(await load.stop()));
      expect(calls.filter(({ isComplete, httpStatus }) => !isComplete || httpStatus !== 200)).toEqual([]);
      await vi.waitFor(async () => expect(await scene.status()).toMatchObject({ pendingRecords: 0, lastError: null }), {
        timeout: CATCH_UP_MS_MAX,
        interval: 100,
      });
      const books = await scene.compare(calls);
      print(`without the database for ${OUTAGE_MS} ms on ${engine.engine}`, [{ during, ...countsOf(books) }]);
      expect(books).toMatchObject({ ...noFault, interrupted: 0, requests: calls.length });
    },
    OUTAGE_MS + CATCH_UP_MS_MAX + ROUND_MS_MAX,
  );
});

describe.runIf(isFull && canHaveCluster())('with a PostgreSQL server of its own', () => {
  it(
    'calls go on while the server is stopped, and everything is there once afterwards',
    async () => {
      const directory = makeTestDirectory();
      const cluster = await openCluster(directory);
      const scene = await openScene({ databaseUrl: cluster.databaseUrl, dataDirectory: directory });
      try {
        const load = scene.startLoad(RATE);
        await delay(2000);
        cluster.stop();
        await delay(OUTAGE_MS);
        cluster.start();
        await delay(2000);
        const calls = await load.stop();
        expect(calls.filter(({ isComplete, httpStatus }) => !isComplete || httpStatus !== 200)).toEqual([]);
        await vi.waitFor(async () => expect(await scene.status()).toMatchObject({ pendingRecords: 0 }), {
          timeout: CATCH_UP_MS_MAX,
          interval: 100,
        });
        const books = await scene.compare(calls);
        print(`PostgreSQL stopped for ${OUTAGE_MS} ms`, [countsOf(books)]);
        expect(books).toMatchObject({ ...noFault, interrupted: 0, requests: calls.length });
      } finally {
        await scene.close();
        cluster.dispose();
        rmSync(directory, { recursive: true, force: true });
      }
    },
    OUTAGE_MS + CATCH_UP_MS_MAX + ROUND_MS_MAX,
  );
});
