// The worker of pdf.js as a module of ours, so that the build can add to it what older engines lack.
import "pdfjs-dist/legacy/build/pdf.worker.mjs";
