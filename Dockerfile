# The app on port 8501, for one user; docs/install.md describes how to run it.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/sentiment-lab
ENV PATH=/opt/sentiment-lab/bin:$PATH
WORKDIR /source
COPY requirements.txt ./
# The build of torch for CPUs: that of PyPI includes 2.7 GB of CUDA.
RUN pip install --constraint requirements.txt --index-url https://download.pytorch.org/whl/cpu torch \
 && pip install --requirement requirements.txt
COPY . ./
RUN pip install --no-deps .

FROM python:3.11-slim
RUN useradd --create-home --uid 1000 lab
COPY --from=build /opt/sentiment-lab /opt/sentiment-lab
ENV PATH=/opt/sentiment-lab/bin:$PATH \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true
USER 1000
# Before the volume: a new volume takes the owner of this folder.
RUN mkdir -p /home/lab/.local/share/sentiment-lab
VOLUME /home/lab/.local/share/sentiment-lab
WORKDIR /home/lab
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
CMD ["sentiment-lab", "app"]
