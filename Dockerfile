# orgheat for a ClickHouse server; the local engine is not in the image.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/node_modules/echarts/dist/echarts.min.js dashboard/static/vendor/echarts.min.js
ARG VERSION=docker
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /orgheat ./cmd/orgheat

FROM gcr.io/distroless/base-debian12:nonroot
COPY --from=build /orgheat /orgheat
USER 65532:65532
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["/orgheat"]
CMD ["serve", "--addr", "0.0.0.0:8080"]
