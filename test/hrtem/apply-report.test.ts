import { describe, expect, test } from "vitest";
import { openRandomStream, wilsonInterval, type GrayImage } from "../../src/core/index.ts";
import { applyReport, describePopulation, type ParticleRow } from "../../src/hrtem/index.ts";
import { openPage } from "../helpers/page.ts";

const image: GrayImage = {
  width: 64,
  height: 16,
  data: Float32Array.from({ length: 64 * 16 }, (_, i) => Math.sin(i)),
  intensityUnit: "arbitrary",
  pixelSizeNm: 0.02,
};

/** Twelve particles of 2 to 7.5 nm in six images, the six largest with a fault. */
const rows: ParticleRow[] = Array.from({ length: 12 }, (_, i) => ({
  image: i % 6,
  imageName: `${i % 6}.dm3`,
  xPx: 10,
  yPx: 8,
  areaPx: 100,
  areaNm2: 4,
  equivalentDiameterNm: 2 + i / 2,
  circularity: 0.9,
  aspectRatio: 1.1,
  predicted: i < 6 ? "no fault" : "fault",
  confidence: 0.8,
  faultVotes: i < 6 ? 0.1 : 0.8,
  truth: null,
}));

const data = {
  model: { pixelSizeNm: 0.02, diameterNm: [2, 8] as const, threshold: 0.6 },
  images: [{ name: "0.dm3", image, mask: new Uint8Array(64 * 16).fill(1, 0, 200) }],
  imageCount: 6,
  rows,
  population: describePopulation(openRandomStream(1), rows),
  notes: ["0.dm3: small <field>"],
};

describe("applyReport()", () => {
  const page = openPage(applyReport(data));

  test("says how many particles, how intervals were drawn, and every note", () => {
    expect(page.headings).toEqual(["Images", "Population"]);
    expect(page.words).toContain("12 particles in 6 images; those cut by the border are not counted.");
    expect(page.words).toContain("bootstrap by image");
    expect(page.words).toContain("Note: 0.dm3: small <field>");
    expect(page.words).toContain("Probability above 0.6; trained on particles of 2.0 to 8.0 nm");
  });

  test("shows the first images with their bar, and says that there are more", () => {
    expect(page.tiles).toEqual([{ caption: "0.dm3", bar: "0.2 nm", isPng: true }]);
    expect(page.words).toContain("The first 1 of 6 images; the masks of all lie beside this page.");
  });

  test("tables and figures are of the particles given", () => {
    const row = (name: string) => page.rows.find(([first]) => first === name);
    expect(row("no fault")?.slice(0, 2)).toEqual(["no fault", "6"]);
    // diameters of the six small ones: 2 to 4.5 nm, 3.25 in the middle
    expect(row("no fault")?.join(" ")).toContain(" 3.3 (");
    expect(page.figures).toEqual([
      "Histogram of diameter, no fault [nm] over 6 particles.",
      "Histogram of diameter, fault [nm] over 6 particles.",
      "Histogram of circularity, no fault over 6 particles.",
      "Histogram of circularity, fault over 6 particles.",
      expect.stringContaining("by quarters of the particles with fringes; 95 % intervals"),
    ]);
    expect([page.holes, page.deadLinks]).toEqual([[], []]);
  });

  test("has no statistics where nothing was found", () => {
    const none = openPage(applyReport({ ...data, rows: [], population: null, notes: [] }));
    expect(none.words).toContain("0 particles in 6 images");
    expect(none.words).toContain("No particle lies wholly in an image: there are no statistics.");
    expect(none.figures).toEqual([]);
  });
});

test("wilsonInterval() holds the share that 95 % of counts come from", () => {
  // binomial of 20 draws at 0.3: exact probabilities of the counts whose interval holds 0.3
  const [n, share] = [20, 0.3];
  let [term, covered] = [(1 - share) ** n, 0];
  for (let k = 0; k <= n; k++) {
    const [low, high] = wilsonInterval(k, n);
    if (low <= share && share <= high) covered += term;
    term *= ((n - k) / (k + 1)) * (share / (1 - share));
  }
  // counts are whole, so that the coverage of a nominal 95 % is 0.947 to 0.975 here
  expect(covered).toBeGreaterThan(0.94);
  expect(covered).toBeLessThan(0.98);
});
