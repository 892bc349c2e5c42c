import { useId } from "preact/hooks";

/** A number that can be moved. */
export interface SliderSpec {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** On a logarithmic slider equal steps are equal ratios. */
  readonly scale: "linear" | "log";
  readonly isWhole?: boolean;
  /** What it means, for who rests on its name. */
  readonly meaning: string;
}

/** Places of a slider. */
const STEPS = 400;

/** A slider with the number beside it, which can be typed. */
export function Slider({
  spec: { label, unit, min, max, scale, isWhole = false, meaning },
  value,
  onChange,
}: {
  readonly spec: SliderSpec;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  const toPlace = (x: number) =>
    scale === "log" ? (STEPS * Math.log(x / min)) / Math.log(max / min) : (STEPS * (x - min)) / (max - min);
  const fromPlace = (place: number) =>
    scale === "log" ? min * (max / min) ** (place / STEPS) : min + ((max - min) * place) / STEPS;
  const take = (x: number) => {
    if (!Number.isFinite(x)) return;
    const inside = Math.min(max, Math.max(min, x));
    onChange(isWhole ? Math.round(inside) : Number(inside.toPrecision(4)));
  };
  return (
    <div class="slider">
      <label for={id} title={meaning}>
        {label}
        {unit !== "" && ` [${unit}]`}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={STEPS}
        step={1}
        value={Math.round(toPlace(value))}
        aria-valuetext={`${value} ${unit}`}
        onInput={({ currentTarget }) => take(fromPlace(Number(currentTarget.value)))}
      />
      <input
        type="number"
        aria-label={`${label}, typed`}
        min={min}
        max={max}
        step="any"
        value={value}
        onChange={({ currentTarget }) => take(Number(currentTarget.value))}
      />
    </div>
  );
}
