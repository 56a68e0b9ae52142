# The worker as an image: built with Swift, run without it, not as root.
FROM debian:12 AS build
WORKDIR /src
COPY scripts/setup scripts/setup
RUN scripts/setup && rm -rf /var/lib/apt/lists/*
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
# The Swift libraries that the binary was linked with, gathered for the slim stage.
RUN swift build -c release --product shouwang \
    && mkdir -p /out/lib \
    && cp "$(swift build -c release --show-bin-path)/shouwang" /out/ \
    && ldd /out/shouwang | awk '$3 ~ /^\// {print $3}' \
        | grep -vE '/(libc|libm|ld-linux.*|libpthread|libdl|librt)\.so' \
        | xargs -I{} cp -L {} /out/lib/

# Installing Swift has brought the build stage the C library of Debian's suite sid; what it built
# needs that one.
FROM debian:sid-slim
COPY --from=build /out/lib /usr/local/lib/shouwang
COPY --from=build /out/shouwang /usr/local/bin/shouwang
ENV LD_LIBRARY_PATH=/usr/local/lib/shouwang
WORKDIR /shouwang
COPY Pipelines Pipelines
COPY config config
RUN useradd --system --uid 10001 shouwang \
    && install -d -o shouwang /var/lib/shouwang
ENV SHOUWANG_FOLDERS_STATE=/var/lib/shouwang
USER shouwang
ENTRYPOINT ["shouwang"]
CMD ["--help"]
