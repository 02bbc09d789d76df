# Trains on the music of the folder it runs in. From the clone:
#   docker build -t vrae-train -f docker/train.Dockerfile .
#   docker run --rm -v "$PWD:/music" vrae-train --examples_path=songs --run_dir=run
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir --no-deps --require-hashes -r /src/requirements/lock.txt
RUN pip install --no-cache-dir --no-deps /src
WORKDIR /music
ENTRYPOINT ["vrae_train"]
