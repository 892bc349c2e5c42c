import { MATERIALS } from "../../core/index.ts";
import type { ParticleChoice } from "./studio-state.ts";

const MODALITIES = [
  ["", "by what it shows"],
  ["haadf", "dark field (HAADF)"],
  ["bright-field", "bright field"],
] as const;

/** How images were taken and what their particles are of: for all images of the page. */
export function DetectorChoice({
  choice: { modality, materials },
  onChoose,
}: {
  readonly choice: ParticleChoice;
  readonly onChoose: (choice: ParticleChoice) => void;
}) {
  const [first = "", second = ""] = materials;
  const choose = (names: readonly string[]) =>
    onChoose({ modality, materials: [...new Set(names)].filter((name) => name !== "") });
  const select = (label: string, value: string, onChange: (name: string) => void) => (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">not said</option>
        {MATERIALS.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
  return (
    <section class="choice" aria-label="For the particles">
      <h2>For the particles</h2>
      <label>
        Taken as
        <select
          value={modality ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChoose({ materials, modality: value === "" ? null : (value as "haadf" | "bright-field") })
          }
        >
          {MODALITIES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {select("Material", first, (name) => choose([name, second]))}
      {first !== "" && select("and", second, (name) => choose([first, name]))}
    </section>
  );
}
