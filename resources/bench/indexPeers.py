"""Measures other vector stores on the files that `hearth bench index --compare` writes.

indexPeers.py PEER build|search DIR CHUNKS QUERIES DIMENSIONS, with PEER one of chroma, faiss.
Prints one line of JSON: {addMs} after building, {p50Ms, p95Ms, firstMs, rssBytes, found} after searching.
Building and searching are two runs, so that the memory is that of a process that only searches.
"""

import json
import math
import os
import resource
import sys
import time

import numpy

LIMIT = 10


def chunks_of(folder, count, dimensions):
    return numpy.memmap(
        os.path.join(folder, "vectors.f32"), dtype="float32", mode="r", shape=(count, dimensions)
    )


def resident_bytes():
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        # Elsewhere the most that it ever was, in kilobytes or, on macOS, in bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def chroma_client(folder):
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(
        path=os.path.join(folder, "chroma"), settings=Settings(anonymized_telemetry=False)
    )


def build_chroma(folder, count, dimensions):
    client = chroma_client(folder)
    collection = client.create_collection(
        "chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    vectors = chunks_of(folder, count, dimensions)
    with open(os.path.join(folder, "texts.txt"), encoding="utf-8") as file:
        texts = file.read().splitlines()
    batch = client.get_max_batch_size()
    begun = time.perf_counter()
    for start in range(0, count, batch):
        end = min(count, start + batch)
        collection.add(
            ids=[f"c{number}" for number in range(start, end)],
            embeddings=numpy.array(vectors[start:end]),
            documents=texts[start:end],
        )
    return time.perf_counter() - begun


def chroma_searcher(folder):
    collection = chroma_client(folder).get_collection("chunks", embedding_function=None)

    def search(query):
        return collection.query(query_embeddings=[query], n_results=LIMIT, include=["distances"])[
            "ids"
        ][0]

    return search


def build_faiss(folder, count, dimensions):
    import faiss

    vectors = numpy.array(chunks_of(folder, count, dimensions))
    begun = time.perf_counter()
    faiss.normalize_L2(vectors)
    lists = max(1, round(math.sqrt(count)))
    index = faiss.index_factory(dimensions, f"IVF{lists},Flat", faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    seconds = time.perf_counter() - begun
    faiss.write_index(index, os.path.join(folder, "faiss.index"))
    return seconds


def faiss_searcher(folder):
    import faiss

    index = faiss.read_index(os.path.join(folder, "faiss.index"))
    index.nprobe = 16

    def search(query):
        asked = numpy.array(query, dtype="float32").reshape(1, -1)
        faiss.normalize_L2(asked)
        return [f"c{number}" for number in index.search(asked, LIMIT)[1][0]]

    return search


def measure(search, queries):
    times, found = [], []
    for query in queries:
        begun = time.perf_counter()
        found.append(search(query))
        times.append((time.perf_counter() - begun) * 1000)
    rest = sorted(times[1:])
    at = lambda share: rest[max(0, math.ceil(share * len(rest)) - 1)]
    return {
        "p50Ms": at(0.5),
        "p95Ms": at(0.95),
        "firstMs": times[0],
        "rssBytes": resident_bytes(),
        "found": found,
    }


def main():
    peer, step, folder = sys.argv[1:4]
    count, asked, dimensions = (int(word) for word in sys.argv[4:7])
    if step == "build":
        build = {"chroma": build_chroma, "faiss": build_faiss}[peer]
        print(json.dumps({"addMs": build(folder, count, dimensions) * 1000}))
        return
    queries = numpy.fromfile(os.path.join(folder, "queries.f32"), dtype="float32")
    searcher = {"chroma": chroma_searcher, "faiss": faiss_searcher}[peer]
    print(json.dumps(measure(searcher(folder), queries.reshape(asked, dimensions))))


main()
