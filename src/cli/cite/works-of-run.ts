import { z } from "zod";

/** What a run file says of what was done, as far as it decides what is to be cited. */
export const citedRunSchema = z.looseObject({
  command: z.string(),
  heterostemVersion: z.string(),
  config: z
    .looseObject({
      aggregate: z
        .looseObject({ placement: z.string().optional(), labelCoupling: z.number().optional() })
        .optional(),
      microscope: z.looseObject({ scan: z.unknown().optional() }).optional(),
      training: z
        .looseObject({
          head: z.string().optional(),
          members: z.number().optional(),
          inputs: z.array(z.unknown()).optional(),
        })
        .optional(),
    })
    .optional(),
});

/** The part of a run file that decides what is to be cited. */
export type CitedRun = z.infer<typeof citedRunSchema>;

/** Works under what they were used for, keys of docs/references.bib. */
export interface CitedPart {
  readonly what: string;
  readonly keys: readonly string[];
}

interface PartRule {
  readonly what: string;
  /** Words that name the commands that do it; of a group all of its commands. */
  readonly commands: readonly string[];
  /** Works by the condition under which they were used. */
  readonly works: readonly (string | readonly [string, (run: CitedRun) => boolean])[];
}

const SIMULATING = ["demo", "study", "generate", "train", "corpus merge"];
const INVERTING = ["demo", "study", "train", "invert"];
const collides = ({ config }: CitedRun) => !["tunable", undefined].includes(config?.aggregate?.placement);
const training = ({ config }: CitedRun) => config?.training;

/** What each part of the suite rests on. The formulas themselves name their sources where they are computed. */
export const PART_RULES: readonly PartRule[] = [
  { what: "the study behind the inversion", commands: [...INVERTING, "validate"], works: ["fuchs2023"] },
  {
    what: "how aggregates grow",
    commands: SIMULATING,
    works: [
      ["moran2019", (run) => !collides(run)],
      ["meakin1983", collides],
      ["kawasaki1966", ({ config }) => config?.aggregate?.labelCoupling !== undefined],
    ],
  },
  {
    what: "how images are made",
    commands: [...SIMULATING, "simulate", "reconstruct"],
    works: [
      "kirkland2010",
      "goudsmit1940",
      "moliere1948",
      "nellist2011",
      ["jones2013", ({ config }) => config?.microscope?.scan !== undefined],
    ],
  },
  {
    what: "the network and its training",
    commands: ["demo", "study", "train"],
    works: [
      "he2016",
      "kingma2015",
      "loshchilov2017",
      ["seitzer2022", (run) => training(run)?.head === "gaussian"],
      ["lakshminarayanan2017", (run) => (training(run)?.members ?? 1) > 1],
      ["perez2018", (run) => (training(run)?.inputs?.length ?? 0) > 0],
    ],
  },
  {
    what: "intervals and verdicts",
    commands: INVERTING,
    works: ["vovk2019", "gneiting2005", "mahalanobis1936", "lei2018"],
  },
  {
    what: "how answers are judged",
    commands: ["demo", "study", "validate"],
    works: ["gneiting2007", "talts2018", "lemos2023", "beaumont2002"],
  },
  {
    what: "segmentation",
    commands: ["segment"],
    works: ["ronneberger2015", "milletari2016", "loshchilov2019", "baskaran2021", "efron1993"],
  },
  { what: "pretraining", commands: ["segment pretrain"], works: ["he2022"] },
  { what: "what pixels matter", commands: ["segment explain"], works: ["shrikumar2017", "zeiler2014"] },
  {
    what: "primary particles",
    commands: ["particles", "reconstruct"],
    works: ["ronneberger2015", "zhou2019", "marquardt1963", "schwarz1978", "miles1974"],
  },
  {
    what: "structures in 3D",
    commands: ["reconstruct"],
    works: ["dempster1977", "tieleman2008", "gelman2013"],
  },
  {
    what: "crystals with faults in HRTEM",
    commands: ["hrtem"],
    works: ["groschner2021", "ronneberger2015", "breiman2001", "hirth1982", "cowley1957", "frank1973"],
  },
  {
    what: "strength from micrographs",
    commands: ["ucs"],
    works: ["breiman2001", "haralick1973", "ojala2002", "dalal2005", "torquato2002", "vovk2005"],
  },
  {
    what: "the generated solids and their law",
    commands: ["ucs study"],
    works: ["hall1951", "ryshkewitch1953"],
  },
];

/**
 * What a run used, in parts; a work stands under the first that used it.
 *
 * @param run its run file
 * @returns parts with at least one work
 */
export function worksOfRun(run: CitedRun): CitedPart[] {
  const named = new Set<string>();
  const parts: CitedPart[] = [];
  for (const { what, commands, works } of PART_RULES) {
    if (!commands.some((words) => run.command === words || run.command.startsWith(`${words} `))) continue;
    const used = works.flatMap((work) => {
      if (typeof work === "string") return [work];
      return work[1](run) ? [work[0]] : [];
    });
    const keys = used.filter((key) => !named.has(key));
    for (const key of keys) named.add(key);
    if (keys.length > 0) parts.push({ what, keys });
  }
  return parts;
}
