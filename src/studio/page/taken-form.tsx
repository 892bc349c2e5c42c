import { MATERIALS } from "../../core/index.ts";
import { materialsForNetworks } from "../worker/materials-for-networks.ts";
import type { ImageSettings, StatedKey } from "./page-link.ts";

const MODALITIES = [
  ["", "by what it shows"],
  ["haadf", "dark field (HAADF)"],
  ["bright-field", "bright field"],
] as const;

/** What can be said of the microscope: label, unit, and why one would. */
const MICROSCOPE: readonly (readonly [StatedKey, string, string])[] = [
  ["beamEnergyKeV", "Beam energy, keV", "kinetic energy of the electrons"],
  ["innerMrad", "Detector from, mrad", "inner semi-angle of the annular detector"],
  ["outerMrad", "to, mrad", "outer semi-angle of the annular detector"],
  ["semiAngleMrad", "Convergence, mrad", "semi-angle of the probe"],
  ["electronsPerPixel", "Dose, electrons per pixel", "incident electrons per pixel of the file"],
];

/** How images were taken and what their particles are of: for all images of the page. */
export function TakenForm({
  settings,
  onSettings,
}: {
  readonly settings: ImageSettings;
  readonly onSettings: (part: Partial<ImageSettings>) => void;
}) {
  const { modality, materials, microscope } = settings;
  const [first, second] = materials;
  const choose = (names: readonly string[]) => {
    const [one = "", other = ""] = [...new Set(names)].filter((name) => name !== "");
    onSettings({ materials: [one, other] });
  };
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
    <section class="taken" aria-label="How the images were taken">
      <h2>How they were taken</h2>
      <label>
        Taken as
        <select
          value={modality}
          onChange={({ currentTarget: { value } }) =>
            onSettings({ modality: value as ImageSettings["modality"] })
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
      <p class="hint">{networkWords(settings)}</p>
      <details open={Object.values(microscope).some((value) => value > 0)}>
        <summary title="Over what files state; the network for any two materials needs energy and detector angles">
          Microscope
        </summary>
        {MICROSCOPE.map(([key, label, meaning]) => (
          <label key={key} title={meaning}>
            {label}
            <input
              inputMode="decimal"
              value={microscope[key] === 0 ? "" : microscope[key]}
              placeholder="not said"
              onChange={({ currentTarget: { value } }) => {
                const typed = value.trim() === "" ? 0 : Number(value);
                if (typed >= 0 && Number.isFinite(typed))
                  onSettings({ microscope: { ...microscope, [key]: typed } });
              }}
            />
          </label>
        ))}
      </details>
    </section>
  );
}

/** Which network is asked what made the images. */
function networkWords({ materials }: ImageSettings): string {
  const names = materials.filter((name) => name !== "");
  if (materialsForNetworks(names).length === 0) return "Answered by the network for TiO2-anatase and WO3.";
  return names.length === 1
    ? "Answered by the network for one material."
    : "Answered by the network for any two materials.";
}
