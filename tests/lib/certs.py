"""A test authority and its certificates, made with the openssl command."""
import os
import subprocess

# name -> (authority, subjectAltName, first and last day)
KINDS = {
    "good": ("ca", "DNS:localhost,IP:127.0.0.1", None),
    "wrong-name": ("ca", "DNS:mail.elsewhere.example", None),
    "expired": ("ca", "DNS:localhost,IP:127.0.0.1", ("20200101000000Z", "20200201000000Z")),
    "unknown-ca": ("other", "DNS:localhost,IP:127.0.0.1", None),
}

CONFIG = """[ca]
default_ca = this
[this]
dir = {dir}
database = {dir}/index
rand_serial = yes
new_certs_dir = {dir}
certificate = {dir}/ca.pem
private_key = {dir}/ca.key
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
"""


def _openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _authority(folder, name):
    os.makedirs(folder, exist_ok=True)
    open(f"{folder}/index", "w").close()
    with open(f"{folder}/ca.cnf", "w") as file:
        file.write(CONFIG.format(dir=folder))
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
             "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
             "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")


def make(folder):
    """Makes FOLDER/ca.pem (to be trusted) and FOLDER/KIND.pem, FOLDER/KIND.key for each of KINDS."""
    if os.path.exists(f"{folder}/done"):
        return
    _authority(f"{folder}/ca", "Postkamer test authority")
    _authority(f"{folder}/other", "An authority that nobody trusts")
    for kind, (authority, names, days) in KINDS.items():
        issuer = f"{folder}/{authority}"
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={kind}",
                 "-addext", f"subjectAltName={names}", "-keyout", f"{folder}/{kind}.key", "-out", f"{folder}/{kind}.csr")
        span = ["-startdate", days[0], "-enddate", days[1]] if days else ["-days", "3600"]
        _openssl("ca", "-batch", "-notext", "-config", f"{issuer}/ca.cnf", *span,
                 "-in", f"{folder}/{kind}.csr", "-out", f"{folder}/{kind}.pem")
    os.link(f"{folder}/ca/ca.pem", f"{folder}/ca.pem")
    open(f"{folder}/done", "w").close()
