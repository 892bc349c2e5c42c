import type { Stage } from "../core/index.ts";

/** Where progress is written: standard error in the program, an array in tests. */
export interface ProgressSink {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Milliseconds on any steady clock. */
  now(): number;
}

/** A terminal is redrawn ten times a second; a log file gets a line every ten seconds. */
const REDRAW_MS = { terminal: 100, log: 10_000 };

/** Starts a stage of a long job and announces it. */
export function startStage(sink: ProgressSink, title: string, total: number): Stage {
  const started = sink.now();
  let lastDrawn = sink.isTerminal ? -Infinity : started;
  const marks: Mark[] = [];
  if (!sink.isTerminal) sink.write(`${title} ...\n`);
  return {
    update(done, note = "", stated = total) {
      const now = sink.now();
      const own = { done, elapsedMs: now - started };
      if (marks.length === 0) marks.push(own);
      if (now - lastDrawn < (sink.isTerminal ? REDRAW_MS.terminal : REDRAW_MS.log)) return;
      lastDrawn = now;
      while (marks.length > 1 && marks[0].elapsedMs < own.elapsedMs / 2) marks.shift();
      const secondsLeft = estimateLeft(marks[0], own, stated);
      marks.push(own);
      const line = progressLine(title, { done, total: stated, secondsLeft, note });
      sink.write(sink.isTerminal ? `\r\u001B[K${line}` : `${line}\n`);
    },
    finish(note = "") {
      const seconds = (sink.now() - started) / 1000;
      const suffix = note === "" ? "" : `  ${note}`;
      const line = `${title}: done in ${durationText(seconds)}${suffix}\n`;
      sink.write(sink.isTerminal ? `\r\u001B[K${line}` : line);
      return seconds;
    },
  };
}

/** How far a stage was at a time. */
interface Mark {
  readonly done: number;
  readonly elapsedMs: number;
}

/**
 * How long a stage must have run, or how much of its work be done, before it says how long still: first items come late and slowly while threads start
 * and code is compiled, so that after ten seconds a run of a quarter of an hour was said to take three quarters.
 */
const TELLING = { seconds: 30, share: 0.1 };

/**
 * Time left by the pace of the later half of the time so far: what comes once, such as starting threads and making tables, is not taken for the pace of the rest.
 *
 * @param from about the middle of the time so far
 * @param own how far it is now
 * @param total how far it goes
 * @returns seconds; NaN while nothing can be said
 */
function estimateLeft(from: Mark, own: Mark, total: number): number {
  if (own.elapsedMs < 1000 * TELLING.seconds && own.done < TELLING.share * total) return NaN;
  const left = total - own.done;
  if (from.elapsedMs >= own.elapsedMs / 2 && own.done > from.done && own.elapsedMs > from.elapsedMs)
    return ((own.elapsedMs - from.elapsedMs) / 1000 / (own.done - from.done)) * left;
  return own.done >= TELLING.share * total ? (own.elapsedMs / 1000 / own.done) * left : NaN;
}

interface StageState {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number;
  readonly note: string;
}

function progressLine(title: string, { done, total, secondsLeft, note }: StageState): string {
  const parts = [`${title}: ${done}`];
  if (total > 0) {
    parts[0] += ` of ${total} (${Math.floor((100 * done) / total)} %)`;
    if (Number.isFinite(secondsLeft)) parts.push(`${durationText(secondsLeft)} left`);
  }
  if (note !== "") parts.push(note);
  return parts.join(", ");
}

/** A duration as people say it. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const padded = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${padded(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${padded(Math.floor((whole % 3600) / 60))} min`;
}
