/**
 * Turns results into what people look at: figures with axes and units, tables, picture tiles with scale bars, and
 * one self-contained page. Takes plain numbers and pictures; computes no science and writes no files.
 */
export { framedHtml, html, pageText } from "./html.ts";
export type { FramedPage, Html } from "./html.ts";
export { figureHtml } from "./figure-html.ts";
export type { Figure } from "./plot-figure.ts";
export { agreementFigure, learningCurveFigure } from "./figures.ts";
export { barsFigure } from "./bars-figure.ts";
export { coverageError, coverageFigure, rankFigure } from "./calibration-figures.ts";
export { curvesFigure } from "./curves-figure.ts";
export { pngBytes, pngDataUri } from "./png-data-uri.ts";
export type { Picture } from "./png-data-uri.ts";
export { grayPicture, imageTileHtml, lengthText, scaleBarLengthNm } from "./image-tile.ts";
export { notesHtml, warningsHtml } from "./notes-html.ts";
export { intervalBarHtml } from "./interval-bar.ts";
export { intervalsFigure } from "./intervals-figure.ts";
export { signedBarHtml, signedPicture } from "./signed-picture.ts";
export { contactSheet } from "./contact-sheet.ts";
export { distributionFigure } from "./distribution-figure.ts";
export { histogramFigure } from "./histogram-figure.ts";
export { BOX_COLUMNS, tableCsv, tableHtml, tableOf, tableText } from "./table.ts";
export type { Column, Table } from "./table.ts";
export { fixed, intervalText, nameWithUnit, percent, shortNumber, unitText } from "./value-text.ts";
