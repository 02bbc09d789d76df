# Makes music with a ready-made model or one of yours. From the clone:
#   docker build -t vrae -f docker/generate.Dockerfile .
#   docker run --rm -v "$PWD:/music" vrae --model=chorales --output_dir=out
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir /src
WORKDIR /music
ENTRYPOINT ["vrae_generate"]
