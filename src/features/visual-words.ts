import { checkNumber, failureText, type RandomStream } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import type { KeyPoint } from "./key-points.ts";

/** A vocabulary of visual words: centres of descriptors, learnt from training images only. */
export interface Vocabulary {
  readonly wordCount: number;
  /** Numbers a word. */
  readonly length: number;
  /** [word, number]. */
  readonly words: Float64Array;
}

const LARGEST_ROUND_COUNT = 50;

/**
 * Learns visual words: k-means [lloyd1982] from k-means++ seeds [arthur2007].
 *
 * @throws RangeError when there are fewer descriptors than words
 */
export function learnVocabulary(
  rng: RandomStream,
  descriptors: readonly Float64Array[],
  wordCount: number,
): Vocabulary {
  const action = "learn visual words";
  checkNumber("wordCount", wordCount, { min: 1, integer: true, action });
  if (descriptors.length < wordCount) {
    const wanted = `there must be at least ${wordCount} descriptors`;
    throw new RangeError(failureText({ action }, wanted, String(descriptors.length)));
  }
  let words = seedWords(rng, descriptors, wordCount);
  const length = descriptors[0].length;
  let before: Int32Array | null = null;
  for (let round = 0; round < LARGEST_ROUND_COUNT; round++) {
    const nearest = Int32Array.from(descriptors, (descriptor) => nearestWord(words, descriptor).word);
    if (before !== null && nearest.every((word, i) => word === before?.[i])) break;
    words = meansOfMembers(words, descriptors, nearest);
    before = nearest;
  }
  const flat = new Float64Array(wordCount * length);
  words.forEach((word, index) => flat.set(word, index * length));
  return { wordCount, length, words: flat };
}

/** k-means++: each next seed is drawn with probability proportional to its squared distance from those before. */
function seedWords(
  rng: RandomStream,
  descriptors: readonly Float64Array[],
  wordCount: number,
): Float64Array[] {
  const words = [descriptors[rng.integerBelow(descriptors.length)]];
  const distances = Float64Array.from(descriptors, () => Infinity);
  while (words.length < wordCount) {
    const last = words[words.length - 1];
    let total = 0;
    descriptors.forEach((descriptor, i) => {
      distances[i] = Math.min(distances[i], squaredDistance(last, descriptor));
      total += distances[i];
    });
    let rest = rng.uniform() * total;
    let chosen = 0;
    while (chosen < descriptors.length - 1 && rest >= distances[chosen]) rest -= distances[chosen++];
    words.push(descriptors[chosen]);
  }
  return words;
}

function meansOfMembers(
  words: readonly Float64Array[],
  descriptors: readonly Float64Array[],
  nearest: Int32Array,
): Float64Array[] {
  const sums = words.map((word) => new Float64Array(word.length));
  const counts = new Uint32Array(words.length);
  descriptors.forEach((descriptor, i) => {
    counts[nearest[i]]++;
    for (let k = 0; k < descriptor.length; k++) sums[nearest[i]][k] += descriptor[k];
  });
  // a word without members stays where it is
  return words.map((word, index) =>
    counts[index] === 0 ? word : sums[index].map((sum) => sum / counts[index]),
  );
}

function nearestWord(words: readonly Float64Array[], descriptor: Float64Array) {
  let [word, distance] = [0, Infinity];
  words.forEach((candidate, index) => {
    const squared = squaredDistance(candidate, descriptor);
    if (squared < distance) [word, distance] = [index, squared];
  });
  return { word, distance };
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}

function listWords({ wordCount, length, words }: Vocabulary): Float64Array[] {
  return Array.from({ length: wordCount }, (_, word) => words.subarray(word * length, (word + 1) * length));
}

/** Bag of visual words [sivic2003]: the share of an image's corners that each word is nearest to. */
export function visualWordFeatures(keyPoints: readonly KeyPoint[], vocabulary: Vocabulary): Feature[] {
  const words = listWords(vocabulary);
  const counts = new Float64Array(words.length);
  for (const { descriptor } of keyPoints) counts[nearestWord(words, descriptor).word]++;
  return Array.from(counts, (count, word) => ({
    name: `visual word ${word}`,
    value: keyPoints.length === 0 ? 0 : count / keyPoints.length,
    unit: "1",
    source: "sivic2003",
  }));
}

/**
 * Vector of locally aggregated descriptors [jegou2012]: for every word, the sum of what its corners differ from it;
 * signed square root, then unit length.
 *
 * @returns [word, number] of features of unit length together; all 0 for an image without corners
 */
export function vladFeatures(keyPoints: readonly KeyPoint[], vocabulary: Vocabulary): Feature[] {
  const words = listWords(vocabulary);
  const sums = new Float64Array(vocabulary.words.length);
  for (const { descriptor } of keyPoints) {
    const { word } = nearestWord(words, descriptor);
    for (let k = 0; k < descriptor.length; k++)
      sums[word * vocabulary.length + k] += descriptor[k] - words[word][k];
  }
  const roots = sums.map((sum) => Math.sign(sum) * Math.sqrt(Math.abs(sum)));
  const length = Math.sqrt(roots.reduce((sum, root) => sum + root * root, 0));
  return Array.from(roots, (root, i) => ({
    name: `vlad word ${Math.floor(i / vocabulary.length)} number ${i % vocabulary.length}`,
    value: length === 0 ? 0 : root / length,
    unit: "1",
    source: "jegou2012",
  }));
}
