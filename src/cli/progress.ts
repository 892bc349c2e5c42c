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
  if (!sink.isTerminal) sink.write(`${title} ...\n`);
  return {
    update(done, note = "", stated = total) {
      const now = sink.now();
      if (now - lastDrawn < (sink.isTerminal ? REDRAW_MS.terminal : REDRAW_MS.log)) return;
      lastDrawn = now;
      const line = progressLine(title, { done, total: stated, elapsedMs: now - started, note });
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

interface StageState {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  readonly note: string;
}

function progressLine(title: string, { done, total, elapsedMs, note }: StageState): string {
  const parts = [`${title}: ${done}`];
  if (total > 0) {
    const share = done / total;
    const secondsLeft = done === 0 ? NaN : ((elapsedMs / 1000) * (1 - share)) / share;
    parts[0] += ` of ${total} (${Math.floor(100 * share)} %)`;
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
