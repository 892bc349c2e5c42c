import { expect, test } from "vitest";
import { durationText, startStage } from "../../src/cli/progress.ts";

/** A sink with a clock that is set by hand [ms]. */
function fakeSink(isTerminal: boolean): {
  readonly lines: string[];
  clock: number;
  isTerminal: boolean;
  write(text: string): void;
  now(): number;
} {
  const sink = {
    lines: [] as string[],
    clock: 0,
    isTerminal,
    write: (text: string) => void sink.lines.push(text),
    now: () => sink.clock,
  };
  return sink;
}

test("startStage() tells how far and how long still, in plain lines where there is no terminal", () => {
  const sink = fakeSink(false);
  const stage = startStage(sink, "Growing", 200);
  sink.clock = 10_000;
  stage.update(50, "loss 0.5");
  sink.clock = 40_000;
  expect(stage.finish("200 images")).toBe(40);
  expect(sink.lines).toEqual([
    "Growing ...\n",
    "Growing: 50 of 200 (25 %), 30 s left, loss 0.5\n",
    "Growing: done in 40 s  200 images\n",
  ]);
});

test("the time left follows the pace, not what comes once before: a late first item is no item of twenty seconds", () => {
  const sink = fakeSink(false);
  const stage = startStage(sink, "Growing", 1000);
  // 20 s until the first is there, ten a second from then on
  for (let done = 1; done <= 500; done++) {
    sink.clock = 20_000 + 100 * done;
    stage.update(done);
  }
  const left = sink.lines.slice(1).map((line) => /, (.*) left/.exec(line)?.[1] ?? null);
  // the first line has one item; from then on within the last tenth of a second
  expect(left).toEqual([null, "1 min 30 s", "1 min 20 s", "1 min 10 s", "1 min 00 s"]);
});

test("the first time left that a real run is told is right to a factor of two", () => {
  // images of `hrtem study` on a busy machine, every ten seconds: their simulation took 149 s in all
  const images = [0, 2, 6, 12, 18, 23, 28, 34, 39, 43, 47, 52, 58, 63];
  const sink = fakeSink(false);
  const stage = startStage(sink, "Simulating", 64);
  for (let tenth = 50; tenth <= 1300; tenth++) {
    const [at, share] = [Math.floor(tenth / 100), (tenth % 100) / 100];
    const done = Math.floor(images[at] + share * (images[at + 1] - images[at]));
    sink.clock = 100 * tenth;
    if (done > 0) stage.update(done);
  }
  const told = sink.lines.findIndex((line) => line.includes("left"));
  const [, minutes = 0, seconds] = /(?:(\d+) min )?(\d+) s left/.exec(sink.lines[told]) ?? [];
  const left = 60 * Number(minutes) + Number(seconds);
  // the first line is the title, the others come every ten seconds
  const truth = 149 - 10 * told;
  expect(left / truth).toBeGreaterThan(0.5);
  expect(left / truth).toBeLessThan(2);
});

test("startStage() says how far as soon as it is told of how many, and no more than that before", () => {
  const sink = fakeSink(false);
  const stage = startStage(sink, "Training", 0);
  sink.clock = 10_000;
  stage.update(5, "loss 0.5");
  sink.clock = 20_000;
  stage.update(10, "loss 0.4", 40);
  expect(sink.lines.slice(1)).toEqual([
    "Training: 5, loss 0.5\n",
    "Training: 10 of 40 (25 %), 1 min 00 s left, loss 0.4\n",
  ]);
});

test("startStage() redraws one line on a terminal, ten times a second at most", () => {
  const sink = fakeSink(true);
  const stage = startStage(sink, "Growing", 100);
  for (let done = 1; done <= 100; done++) {
    sink.clock = done * 10;
    stage.update(done);
  }
  stage.finish();
  expect(sink.lines.length).toBeLessThanOrEqual(12);
  expect(sink.lines.every((line) => line.startsWith("\r\u001B[K"))).toBe(true);
});

test("durationText() speaks in the unit that fits", () => {
  expect([0.44, 42.2, 185, 7800].map(durationText)).toEqual(["0.4 s", "42 s", "3 min 05 s", "2 h 10 min"]);
});
