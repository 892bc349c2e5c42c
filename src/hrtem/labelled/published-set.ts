/**
 * The labelled images that came with [groschner2021]. They could not be fetched where this was written: file names are those that
 * public code opens after a download (Pragalbhv/AtomAI_Reusability, 36b3ff0), sizes and sums are not known.
 */
export const HTTEM_DOWNLOAD = {
  doi: "10.5281/zenodo.3755011",
  url: "https://doi.org/10.5281/zenodo.3755011",
  /** What the files hold, as the authors' code writes them. */
  layout:
    "dataset images [N, 512, 512, 1] in one file, dataset maps [N, 512, 512, 2] (film, particle) in the other",
  files: [
    {
      content: "216 tiles of gold",
      images: "Au_Bal_MedFilt_cutimages_20190726.h5",
      maps: "Au_Bal_unFilt_cutimages_20190423_maps.h5",
    },
    {
      content: "172 tiles of CdSe",
      images: "Bal_MedFilt_CdSeRelabel512Images_20190726.h5",
      maps: "Bal_unFilt_CdSeRelabel512Images_20190724_maps.h5",
    },
  ],
} as const;
