import { useMemo } from "preact/hooks";
import { shortNumber } from "../../report/index.ts";
import { histogramOf, levelAt, type Contrast } from "./contrast.ts";

/** Shares of the pixels that are shown black and white. */
export interface Shares {
  readonly dark: number;
  readonly bright: number;
}

const BINS = 96;
/** Shares that can be chosen [%]. */
const STEPS = [0, 0.01, 0.1, 0.5, 1, 2, 5, 10] as const;

/** Grey levels of the image, and the shares of its pixels that are cut off at either end. */
export function Histogram({
  sorted,
  contrast: { low, high },
  shares,
  unit,
  onChange,
}: {
  readonly sorted: Float32Array;
  readonly contrast: Contrast;
  readonly shares: Shares;
  readonly unit: string;
  readonly onChange: (shares: Shares) => void;
}) {
  const counts = useMemo(() => histogramOf(sorted, BINS), [sorted]);
  const most = Math.log1p(Math.max(...counts));
  const [least, greatest] = [levelAt(sorted, 0), levelAt(sorted, 1)];
  const across = (level: number) => (greatest > least ? (BINS * (level - least)) / (greatest - least) : 0);
  const slider = (name: keyof Shares, label: string) => (
    <label>
      {label} <span>{100 * shares[name] === 0 ? "none" : `${shortNumber(100 * shares[name])} %`}</span>
      <input
        type="range"
        min={0}
        max={STEPS.length - 1}
        step={1}
        value={nearestStep(100 * shares[name])}
        aria-valuetext={`${100 * shares[name]} % of the pixels`}
        onInput={({ currentTarget }) =>
          onChange({ ...shares, [name]: STEPS[Number(currentTarget.value)] / 100 })
        }
      />
    </label>
  );
  return (
    <section class="contrast" aria-label="Contrast">
      <svg
        viewBox={`0 0 ${BINS} 30`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Histogram of the grey levels, counts on a logarithmic scale"
      >
        <rect
          class="shown"
          x={across(low)}
          width={Math.max(0, across(high) - across(low))}
          y="0"
          height="30"
        />
        {Array.from(counts, (count, bin) => {
          const height = most > 0 ? (30 * Math.log1p(count)) / most : 0;
          return <rect key={bin} x={bin} width="1" y={30 - height} height={height} />;
        })}
      </svg>
      <p class="range">
        black {shortNumber(low)}, white {shortNumber(high)} ({unit})
      </p>
      <div class="sliders">
        {slider("dark", "Darkest, shown black")}
        {slider("bright", "Brightest, shown white")}
      </div>
    </section>
  );
}

function nearestStep(percent: number): number {
  return STEPS.findIndex((step) => step >= percent - 1e-9);
}
