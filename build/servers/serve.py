"""Serves a GGUF file by the Server of xllamacpp: serve.py MODEL PORT KEY"""

import sys
import time

from xllamacpp import CommonParams, Server

params = CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.api_keys = [sys.argv[3]]
params.n_ctx = 2048
params.n_parallel = 1
params.cpuparams.n_threads = 1
params.warmup = False
server = Server(params)
print(server.listening_address, flush=True)
while True:
    time.sleep(60)
