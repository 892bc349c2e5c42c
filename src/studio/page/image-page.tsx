import { useMemo, useState } from "preact/hooks";
import { listedDisc, orderedMaterials, type ListedDisc } from "../../particles/index.ts";
import type { ImageOrder, ReadImage, Taken } from "../worker/protocol.ts";
import type { BeamLevels } from "../../inverse/index.ts";
import { greyAt } from "./beam-levels.tsx";
import { AnswerView } from "./answer-view.tsx";
import { correctedDiscs, type Correction } from "./correct-discs.ts";
import { levelAt, sortedLevels } from "./contrast.ts";
import { ExplainedView } from "./explained-view.tsx";
import { Histogram, type Shares } from "./histogram.tsx";
import { ImageFacts } from "./image-facts.tsx";
import { ImageView, type Tool } from "./image-view.tsx";
import { correctionsName, valueOf, type Item } from "./item.ts";
import { ParticleView } from "./particle-view.tsx";
import { ResultsView } from "./results-view.tsx";
import { fitCommand } from "./same-command.ts";
import { StructureView } from "./structure-view.tsx";
import type { StudioActions } from "./studio-state.ts";

interface ImagePageProps {
  readonly item: Item;
  readonly taken: Taken;
  readonly version: string;
  readonly actions: StudioActions;
  /** Shares of the pixels that are shown black and white. */
  readonly shares: Shares;
  readonly onShares: (shares: Shares) => void;
}

/** One image with all that is known of it. */
export function ImagePage(props: ImagePageProps) {
  const { item } = props;
  const { read } = item;
  if (read.kind === "failed") {
    return (
      <section class="unread" aria-label="The image">
        <h2>{item.order.file.name}</h2>
        <p class="failure" role="alert">
          {read.message}
        </p>
      </section>
    );
  }
  if (read.kind !== "done") return <p class="hint">Reading {item.order.file.name} …</p>;
  return <ReadPage {...props} image={read.value} />;
}

function ReadPage({
  item,
  image,
  taken,
  version,
  actions,
  shares,
  onShares,
}: ImagePageProps & { readonly image: ReadImage }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [tool, setTool] = useState<Tool>("look");
  const [picked, setPicked] = useState<Partial<BeamLevels>>({});
  const [lengthPx, setLengthPx] = useState<number | null>(null);
  const sorted = useMemo(() => sortedLevels(image.data), [image]);
  const contrast = { low: levelAt(sorted, shares.dark), high: levelAt(sorted, 1 - shares.bright) };
  const particles = valueOf(item.particles)?.found.particles ?? [];
  const answers = valueOf(item.answer) ?? [];
  const boxes = answers.length < 2 ? [] : answers.flatMap(({ box }) => (box === undefined ? [] : [box]));
  const onParticles = (discs: readonly ListedDisc[] | null) => actions.correctParticles(item.id, discs);
  const correctParticle = (correction: Correction) => {
    // of two steps in a row the second goes on from the first, measured or not
    const discs = item.corrected ?? particles.map(listedDisc);
    // until the table knows of one that was taken away, its numbers are not those of the list
    const isAhead = discs.length < particles.length;
    if (correction.kind === "add" || !isAhead) onParticles(correctedDiscs(discs, correction));
  };
  const correct = (part: Partial<ImageOrder>) => {
    setLengthPx(null);
    actions.correct(item.id, part);
  };
  return (
    <div class="reading">
      <div class="seen">
        <ImageView
          image={image}
          contrast={contrast}
          particles={particles}
          materials={orderedMaterials(taken.materials)}
          boxes={boxes}
          pointed={pointed}
          onPoint={setPointed}
          tool={tool}
          onCorrect={correctParticle}
          onMeasure={(px) => {
            setLengthPx(px);
            setTool("look");
          }}
          onPick={(place) => {
            if (tool === "dark" || tool === "beam") setPicked({ [tool]: greyAt(image, place) });
            setTool("look");
          }}
        />
        <Histogram
          sorted={sorted}
          contrast={contrast}
          shares={shares}
          unit={image.intensityUnit}
          onChange={onShares}
        />
        <ImageFacts
          image={image}
          order={item.order}
          tool={tool}
          lengthPx={lengthPx}
          picked={picked}
          onTool={setTool}
          onCorrect={correct}
        />
      </div>
      <div class="told">
        <AnswerView outcome={item.answer} isSized={image.pixelSizeNm !== null} />
        <ParticleView
          outcome={item.particles}
          pointed={pointed}
          onPoint={setPointed}
          isCorrecting={tool === "correct"}
          onCorrecting={(isCorrecting) => setTool(isCorrecting ? "correct" : "look")}
          onCorrect={correctParticle}
          onForget={item.corrected === null ? null : () => onParticles(null)}
        />
        <ExplainedView
          outcome={item.explained}
          isReady={item.particles.kind === "done"}
          command={fitCommand(item.order, taken, correctionsName(item))}
          onAsk={() => actions.derive(item.id, "explain")}
          onLeave={() => actions.leave(item.id, "explain")}
        />
        <StructureView
          item={item}
          taken={taken}
          isSized={image.pixelSizeNm !== null}
          onDraw={() => actions.derive(item.id, "structures")}
          onLeave={() => actions.leave(item.id, "structures")}
        />
        <ResultsView item={item} image={image} contrast={contrast} taken={taken} version={version} />
      </div>
    </div>
  );
}
