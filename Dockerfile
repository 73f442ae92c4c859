# A small image that runs as nobody in particular. ffmpeg comes with the wheel
# `imageio-ffmpeg`; what joins Arabic letters on placeholders comes with Debian.
ARG PYTHON=3.13

# What we stand on: a layer of its own, which stays when only our code has changed.
FROM python:${PYTHON}-slim AS dependencies
WORKDIR /src
COPY pyproject.toml ./
RUN python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb')); \
print(*project['project']['dependencies'], \
*project['project']['optional-dependencies']['redis'], sep='\n')" > requirements.txt
RUN python -m venv --without-pip /opt/mockserver
RUN pip --python /opt/mockserver/bin/python install --no-cache-dir \
    --disable-pip-version-check --requirement requirements.txt

FROM python:${PYTHON}-slim AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY schemas ./schemas
COPY fixtures ./fixtures
COPY scenarios ./scenarios
COPY mockserver ./mockserver
RUN pip wheel --no-cache-dir --disable-pip-version-check --no-deps \
    --wheel-dir /wheels .

FROM python:${PYTHON}-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libfribidi0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 mockserver \
 && install -d -o mockserver -g mockserver /data
COPY --from=dependencies /opt/mockserver /opt/mockserver
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip --python /opt/mockserver/bin/python install --no-cache-dir \
    --disable-pip-version-check --no-deps --no-index /wheels/*.whl
# The host is a variable, so that it holds whatever command the image is given. Links
# lead back to where a request came in: those on the Docker host can be opened there.
ENV PATH=/opt/mockserver/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_HOST=0.0.0.0 \
    MOCKSERVER_MEDIA_DIR=/data/media
USER mockserver
# A mockserver.toml and scenarios of your own are found when mounted here.
WORKDIR /data
EXPOSE 7357
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --start-interval=250ms \
  CMD ["mockserver", "ready"]
ENTRYPOINT ["mockserver"]
CMD ["serve"]
