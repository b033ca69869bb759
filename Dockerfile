# docker build -t vcsnap .        everything inside, from a fresh clone
# With --build-arg JAR_STAGE=prebuilt the image is made of target/vcsnap.jar, and no JDK image is asked for.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG BASE_IMAGE=eclipse-temurin:25-jre
ARG JAR_STAGE=source

FROM ${BUILD_IMAGE} AS source
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY src src
RUN ./mvnw -B -ntp -q -DskipTests -Dspotless.check.skip package && mkdir /jar && mv target/vcsnap.jar /jar/

FROM ${BASE_IMAGE} AS prebuilt
# A builder without BuildKit comes by here even when the jar is built above and lies nowhere else: the pattern may match
# nothing as long as something else is copied.
COPY pom.xml target/vcsnap.ja[r] /jar/

FROM ${JAR_STAGE} AS jar
# Layers: the libraries change less often than what we write.
RUN cd /jar && java -Djarmode=tools -jar vcsnap.jar extract --layers --destination /out

FROM ${BASE_IMAGE}
RUN groupadd --system --gid 10001 vcsnap \
  && useradd --system --uid 10001 --gid vcsnap --home-dir /app --no-create-home vcsnap \
  && mkdir /app /data && chown vcsnap:vcsnap /data
WORKDIR /app
COPY --from=jar /out/dependencies/ ./
COPY --from=jar /out/application/ ./
# The cache of loaded classes belongs to this very virtual machine and these very jars, so it is made here.
RUN java -XX:AOTCacheOutput=vcsnap.aot -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -jar vcsnap.jar rehearse \
  && rm -rf /tmp/*
USER 10001:10001
VOLUME /data
EXPOSE 8989 10809
# Inside a container every address is that of the network; which one is published is decided outside.
ENV VCSNAP_NBD_TLS=allowed
ENTRYPOINT ["java", "-XX:AOTCache=vcsnap.aot", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-jar", "vcsnap.jar"]
CMD ["serve", "--listen", "0.0.0.0", "--data", "/data"]
