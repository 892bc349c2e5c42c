import { useMemo, useState } from "preact/hooks";
import { MATERIALS } from "../../core/index.ts";
import { lengthText, shortNumber, unitText } from "../../report/index.ts";
import { AGGREGATE_DESCRIPTORS } from "../../stochastic/index.ts";
import { scaleBarOf } from "../../viewer/index.ts";
import type { ModelOrder } from "../worker/model-order.ts";
import type { GrownModel } from "../worker/protocol.ts";
import { AggregateView } from "./aggregate-view.tsx";
import { levelAt, sortedLevels } from "./contrast.ts";
import { GreyCanvas } from "./grey-canvas.tsx";
import { ModelResults } from "./model-results.tsx";
import { APERTURE_SLIDER, MICROSCOPE_SLIDERS, PARAMETER_SLIDERS } from "./model-sliders.ts";
import { Slider } from "./slider.tsx";
import { RENDERER_WORDS, RendererChoiceView } from "./renderer-choice.tsx";
import { useModel, type RendererChoice } from "./use-model.ts";

type Shown = Extract<GrownModel, { kind: "grown" }>;

/** Sliders of the recipe, the aggregate that they grow, and its image. */
export function ModelPage({
  order,
  version,
  onOrder,
}: {
  readonly version: string;
  readonly order: ModelOrder;
  readonly onOrder: (order: ModelOrder) => void;
}) {
  const [choice, setChoice] = useState<RendererChoice>("auto");
  const { live, client, trial, renderer } = useModel(order, choice);
  const { grown, shown, failure, ms } = live;
  const [hasContacts, setContacts] = useState(false);
  return (
    <div class="model">
      <Controls order={order} onOrder={onOrder} />
      <div class="grown">
        <p class="status" role="status">
          {failure !== null && <span class="failure">{failure}</span>}
          {grown?.kind === "rejected" && (
            <span class="failure">There is no such aggregate: {grown.reason}. The last one stays.</span>
          )}
          {grown?.kind === "grown" && (
            <span class="hint">
              Rendered {RENDERER_WORDS[grown.renderer]} in {shortNumber(grown.renderMs)} ms
              {ms !== null &&
                `, ${ms.toFixed(0)} ms from slider to image (${shortNumber(1000 / ms)} a second)`}
              {grown.shareOutside > 0 &&
                `; ${(100 * grown.shareOutside).toFixed(0)} % of the particles' area lies outside the field of view`}
            </span>
          )}
        </p>
        <RendererChoiceView choice={choice} trial={trial} onChoose={setChoice} />
        {shown === null ? (
          <p class="hint">Growing the first aggregate …</p>
        ) : (
          <>
            <div class="pair">
              <section aria-label="Aggregate">
                <h2>Aggregate</h2>
                <Legend shown={shown} />
                <AggregateView data={shown.view} hasContacts={hasContacts} name={`studio-${order.seed}`} />
                <label class="check">
                  <input
                    type="checkbox"
                    checked={hasContacts}
                    onChange={({ currentTarget }) => setContacts(currentTarget.checked)}
                  />
                  contacts, those between the materials in crimson
                </label>
              </section>
              <section aria-label="Its HAADF image">
                <h2>Its HAADF image</h2>
                <ModelImage image={shown.image} />
                <label class="check">
                  <input
                    type="checkbox"
                    checked={order.isBrightField}
                    onChange={({ currentTarget }) =>
                      onOrder({ ...order, isBrightField: currentTarget.checked })
                    }
                  />
                  bright field beside it
                </label>
              </section>
              {shown.brightField !== null && (
                <section aria-label="Its bright-field image">
                  <h2 title="conventional transmission: what is scattered beyond the objective aperture is lost, and the lens shows rims and grain of the phase">
                    Its bright-field image
                  </h2>
                  <ModelImage image={shown.brightField} />
                </section>
              )}
            </div>
            <Descriptors shown={shown} />
            <ModelResults
              order={order}
              version={version}
              renderer={renderer}
              client={client}
              isGrown={grown?.kind === "grown"}
            />
          </>
        )}
      </div>
    </div>
  );
}

function Controls({ order, onOrder }: Pick<Parameters<typeof ModelPage>[0], "order" | "onOrder">) {
  const { parameters, microscope, materials, placement, seed } = order;
  const named = (place: 0 | 1) => (
    <label>
      {place === 0 ? "First material" : "Second material"}
      <select
        value={materials[place]}
        onChange={({ currentTarget: { value } }) =>
          onOrder({ ...order, materials: place === 0 ? [value, materials[1]] : [materials[0], value] })
        }
      >
        {MATERIALS.filter(({ name }) => name !== materials[1 - place]).map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <aside class="controls" aria-label="Model">
      <section>
        <h2>Seed</h2>
        <div class="seed">
          <label>
            seed
            <input
              type="number"
              min={0}
              step={1}
              value={seed}
              onChange={({ currentTarget }) => {
                const typed = Number(currentTarget.value);
                if (Number.isSafeInteger(typed) && typed >= 0) onOrder({ ...order, seed: typed });
              }}
            />
          </label>
          <button type="button" onClick={() => onOrder({ ...order, seed: seed + 1 })}>
            Next aggregate
          </button>
        </div>
      </section>
      <section>
        <h2>Aggregate</h2>
        {named(0)}
        {named(1)}
        {PARAMETER_SLIDERS.map(([key, spec]) => (
          <Slider
            key={key}
            spec={spec}
            value={parameters[key]}
            onChange={(value) => onOrder({ ...order, parameters: { ...parameters, [key]: value } })}
          />
        ))}
        <label title="tunable meets Df and kf exactly; the others simulate collisions and ignore Df and kf">
          Placement
          <select
            value={placement}
            onChange={({ currentTarget: { value } }) =>
              onOrder({ ...order, placement: value as ModelOrder["placement"] })
            }
          >
            {["tunable", "diffusion-limited", "ballistic"].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </section>
      <section>
        <h2>Microscope</h2>
        {MICROSCOPE_SLIDERS.map(([key, spec]) => (
          <Slider
            key={key}
            spec={spec}
            value={microscope[key]}
            onChange={(value) => onOrder({ ...order, microscope: { ...microscope, [key]: value } })}
          />
        ))}
        {order.isBrightField && (
          <Slider
            spec={APERTURE_SLIDER}
            value={microscope.apertureMrad}
            onChange={(apertureMrad) => onOrder({ ...order, microscope: { ...microscope, apertureMrad } })}
          />
        )}
      </section>
    </aside>
  );
}

function Legend({ shown: { view } }: { readonly shown: Shown }) {
  return (
    <p class="legend">
      {view.materials.map(({ name, colour }, place) => (
        <span key={name}>
          <i style={{ background: colour }} /> {name}:{" "}
          {view.particles.filter(({ material }) => material === place).length} particles
        </span>
      ))}
    </p>
  );
}

function ModelImage({ image }: { readonly image: Shown["image"] }) {
  const contrast = useMemo(() => {
    const sorted = sortedLevels(image.data);
    return { low: levelAt(sorted, 0.001), high: levelAt(sorted, 0.999) };
  }, [image]);
  const widthNm = image.width * (image.pixelSizeNm ?? 1);
  const { lengthNm } = scaleBarOf(1, widthNm / 4);
  return (
    <>
      <div class="sheet" style={{ aspectRatio: `${image.width} / ${image.height}` }}>
        <GreyCanvas
          image={image}
          contrast={contrast}
          label={`Simulated image, field of view ${shortNumber(widthNm)} nm`}
        />
        <div class="scale" style={{ width: `${(100 * lengthNm) / widthNm}%` }}>
          <span>{lengthText(lengthNm)}</span>
        </div>
      </div>
      <p class="range">
        black {shortNumber(contrast.low)}, white {shortNumber(contrast.high)} ({image.intensityUnit})
      </p>
    </>
  );
}

function Descriptors({ shown: { descriptors } }: { readonly shown: Shown }) {
  return (
    <section aria-label="Descriptors">
      <h2>Descriptors of this aggregate</h2>
      <dl class="descriptors">
        {AGGREGATE_DESCRIPTORS.map(({ key, label, unit, description }) => (
          <div key={key}>
            <dt title={description}>{label}</dt>
            <dd>
              {shortNumber(descriptors[key])}
              {unitText(unit)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
