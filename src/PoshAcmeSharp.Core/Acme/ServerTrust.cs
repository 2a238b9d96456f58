using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Acme;

/// <summary>Decides whether one ACME server's TLS certificate is trusted: by the system, or by certificates given for that server.</summary>
internal sealed class ServerTrust
{
    private static readonly Regex PemBlock = new(
        "-----BEGIN CERTIFICATE-----(?<body>[A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(5));

    private readonly List<byte[]> _anchors;

    public ServerTrust(string caCertificatePem)
    {
        _anchors = ReadAnchors(caCertificatePem);
    }

    /// <summary>Checks that a text holds certificates that can serve as trust anchors.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidCACertificate</c>: it holds none, or one that cannot be read.</exception>
    public static void Check(string caCertificatePem) => ReadAnchors(caCertificatePem);

    /// <summary>Why a certificate is not trusted, in words.</summary>
    public static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        var problems = new List<string>();
        if ((errors & SslPolicyErrors.RemoteCertificateNotAvailable) != SslPolicyErrors.None)
        {
            problems.Add("the server sent none");
        }

        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
        {
            problems.Add("it is for another host name");
        }

        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            problems.AddRange(chain?.ChainStatus.Select(s => $"{s.StatusInformation.Trim().TrimEnd('.')} ({s.Status})") ?? []);
        }

        return problems.Count > 0 ? string.Join("; ", problems.Distinct(StringComparer.Ordinal)) + "." : "its chain was refused.";
    }

    public bool Validate(X509Certificate2? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        // The system's doubt about the chain is what the given certificates are for; a wrong name is not.
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        foreach (var anchor in _anchors)
        {
            chain.ChainPolicy.ExtraStore.Add(new X509Certificate2(anchor));
        }

        if (presented is not null)
        {
            foreach (var element in presented.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        // AllowUnknownCertificateAuthority also lets a chain pass that ends nowhere: some element must be an anchor.
        return chain.Build(certificate)
            && chain.ChainElements.Cast<X509ChainElement>().Any(e => _anchors.Exists(a => a.SequenceEqual(e.Certificate.RawData)));
    }

    private static List<byte[]> ReadAnchors(string pem)
    {
        var anchors = new List<byte[]>();
        foreach (Match match in PemBlock.Matches(pem))
        {
            try
            {
                var der = Convert.FromBase64String(match.Groups["body"].Value);
                using var certificate = new X509Certificate2(der);
                anchors.Add(certificate.RawData);
            }
            catch (Exception e) when (e is FormatException or CryptographicException)
            {
                throw Invalid("a certificate in it cannot be read", e);
            }
        }

        return anchors.Count > 0 ? anchors : throw Invalid("it holds no PEM certificate", null);
    }

    private static PoshAcmeException Invalid(string reason, Exception? inner) => new(
        "InvalidCACertificate",
        ErrorKind.InvalidArgument,
        $"The CA certificate cannot be used: {reason}.",
        "Give a PEM file with the root (or the server's own certificate) that signs the ACME server's TLS certificate.",
        inner);
}
