# orbitcfg beside ORBIT's container: docker build -t orbitcfg . && docker run --rm -v "$PWD/config:/orbit/config:ro" orbitcfg validate
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE CHANGELOG.md engine.cmake ./
COPY schemas schemas
COPY docs/rules docs/rules
COPY orbitcfg orbitcfg
RUN python -m venv /opt/orbitcfg \
 && /opt/orbitcfg/bin/pip install --no-cache-dir --disable-pip-version-check ".[all]" \
 && /opt/orbitcfg/bin/pip uninstall --yes --quiet pip

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin orbitcfg
COPY --from=build /opt/orbitcfg /opt/orbitcfg
ENV PATH=/opt/orbitcfg/bin:$PATH PYTHONDONTWRITEBYTECODE=1
# where ORBIT's own image has its configuration
WORKDIR /orbit
USER orbitcfg
ENTRYPOINT ["orbitcfg"]
CMD ["validate"]
