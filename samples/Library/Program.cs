using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins.HttpFile;

using var client = await AcmeClient.ConnectAsync("https://acme-staging-v02.api.letsencrypt.org/directory");
using var key = AccountKey.Generate(KeyLength.Ec256);
var account = await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true });

var webRoot = new HttpFilePlugin(new HttpFileOptions { WRPath = ["/var/www/html"] });
using var issued = await new CertificateIssuer(account).IssueAsync(["www.example.com"], webRoot);

issued.Save("/etc/ssl/www.example.com"); // cert.key, cert.cer, chain.cer, fullchain.cer
