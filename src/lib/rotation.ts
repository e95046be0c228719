/** The overlap of a rotation: how long the previous secret or key stays valid. */
export const DEFAULT_OVERLAP_MINUTES = 1440;
/** 30 days. */
export const MAX_OVERLAP_MINUTES = 43_200;
