import { parentPort, workerData } from "node:worker_threads";
import { describeShare, type DescribeShare } from "./describe-images.ts";

// A thread that describes a share of the images and ends.
parentPort?.postMessage(describeShare(workerData as DescribeShare));
