# A small image that runs as nobody in particular. ffmpeg comes with the wheel
# `imageio-ffmpeg`, so no system package is needed.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /src
RUN python -m venv /opt/mockserver
COPY pyproject.toml README.md LICENSE ./
COPY schemas ./schemas
COPY fixtures ./fixtures
COPY scenarios ./scenarios
COPY mockserver ./mockserver
RUN /opt/mockserver/bin/pip install --no-cache-dir --disable-pip-version-check . \
 && /opt/mockserver/bin/pip uninstall --yes --quiet pip

FROM python:${PYTHON}-slim
RUN useradd --create-home --uid 10001 mockserver \
 && install -d -o mockserver -g mockserver /data
COPY --from=build /opt/mockserver /opt/mockserver
ENV PATH=/opt/mockserver/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_MEDIA_DIR=/data/media
USER mockserver
# A mockserver.toml and scenarios of your own are found when mounted here.
WORKDIR /data
EXPOSE 7357
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --start-interval=250ms \
  CMD ["mockserver", "ready"]
ENTRYPOINT ["mockserver"]
CMD ["serve", "--host", "0.0.0.0"]
