using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A small certificate authority in memory: one root, as many intermediates as asked for.</summary>
public sealed class TestCertificateAuthority : IDisposable
{
    private const int RsaBits = 2048;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);
    private readonly bool isRsa;

    private readonly List<X509Certificate2> intermediates = [];
    private readonly X509Certificate2 root;

    /// <summary>Makes the root and its intermediates.</summary>
    /// <param name="name">The common name of the root; intermediates get a number behind it.</param>
    /// <param name="intermediateCount">How many certificates stand between root and leaf.</param>
    /// <param name="isRsa">Whether its keys, and those it makes, are RSA; else they are on P-256.</param>
    public TestCertificateAuthority(string name, int intermediateCount = 0, bool isRsa = false)
    {
        this.isRsa = isRsa;
        root = CreateAuthority(name, issuer: null);
        for (var i = 1; i <= intermediateCount; i++)
        {
            intermediates.Add(CreateAuthority($"{name} Intermediate {i}", Issuer));
        }
    }

    /// <summary>The root certificate as PEM.</summary>
    public string RootPem => root.ExportCertificatePem() + "\n";

    /// <summary>The root certificate.</summary>
    public X509Certificate2 Root => root;

    /// <summary>The intermediates as PEM, the one that signed the leaf first.</summary>
    public IReadOnlyList<string> IntermediatePems
        => [.. intermediates.AsEnumerable().Reverse().Select(c => c.ExportCertificatePem() + "\n")];

    private X509Certificate2 Issuer => intermediates.Count > 0 ? intermediates[^1] : root;

    /// <summary>
    /// Signs the same intermediate key with another root, so that one leaf has two chains.
    /// Needs at least one intermediate.
    /// </summary>
    /// <param name="alternate">The other authority.</param>
    /// <returns>The chain above the leaf as PEM, the one that signed the leaf first, the other root left out.</returns>
    public IReadOnlyList<string> CrossSignedBy(TestCertificateAuthority alternate)
    {
        var lowest = intermediates[^1];
        var request = AuthorityRequest(new CertificateRequest(lowest.SubjectName, lowest.PublicKey, HashAlgorithmName.SHA256));
        using var crossSigned = Sign(request, alternate.Issuer, lowest.NotBefore, lowest.NotAfter);
        return [crossSigned.ExportCertificatePem() + "\n", .. alternate.IntermediatePems];
    }

    /// <summary>Makes a key and a certificate for a server.</summary>
    /// <param name="names">DNS names and IP addresses.</param>
    /// <returns>The certificate and the key (PKCS#8) as PEM.</returns>
    public (string CertificatePem, string KeyPem) IssueServerCertificate(params string[] names)
    {
        using var key = CreateKey();
        var request = CreateRequest(names[0], key);
        var alternativeNames = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternativeNames.AddIpAddress(address);
            }
            else
            {
                alternativeNames.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternativeNames.Build());
        AddLeafExtensions(request);
        var now = DateTimeOffset.UtcNow;
        using var certificate = Sign(request, Issuer, now - ClockTolerance, now.AddDays(30));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Signs a request as an ACME server does: the key and the alternative names are taken over, nothing else.</summary>
    /// <param name="certificateRequest">A PKCS#10 request whose signature was verified by loading it.</param>
    /// <param name="notBefore">The start of the validity.</param>
    /// <param name="notAfter">The end of the validity; cut to that of the authority.</param>
    /// <returns>The leaf. The caller disposes it.</returns>
    public X509Certificate2 IssueFromRequest(CertificateRequest certificateRequest, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var request = new CertificateRequest(new X500DistinguishedName(string.Empty), certificateRequest.PublicKey, HashAlgorithmName.SHA256);
        var names = certificateRequest.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        request.CertificateExtensions.Add(new X509SubjectAlternativeNameExtension(names.RawData, critical: true));
        AddLeafExtensions(request);
        var end = notAfter < Issuer.NotAfter ? notAfter : Issuer.NotAfter;
        return Sign(request, Issuer, notBefore, end);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        root.Dispose();
        intermediates.ForEach(c => c.Dispose());
    }

    private static CertificateRequest CreateRequest(string name, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);

    private AsymmetricAlgorithm CreateKey() => isRsa ? RSA.Create(RsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private X509Certificate2 CreateAuthority(string name, X509Certificate2? issuer)
    {
        using var key = CreateKey();
        var request = AuthorityRequest(CreateRequest(name, key));
        var now = DateTimeOffset.UtcNow;
        // Years on either side: tests play clocks that are off and certificates that have expired.
        if (issuer is null)
        {
            return request.CreateSelfSigned(now.AddYears(-2), now.AddYears(10));
        }

        using var certificate = Sign(request, issuer, issuer.NotBefore, issuer.NotAfter);
        return key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
    }

    private static CertificateRequest AuthorityRequest(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static void AddLeafExtensions(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        // The identifier of the authority is what ARI builds the certificate's id from (RFC 9773 section 4.1).
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var rsa = issuer.GetRSAPrivateKey();
        using var ecdsa = issuer.GetECDsaPrivateKey();
        var signer = rsa is null ? X509SignatureGenerator.CreateForECDsa(ecdsa!) : X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1);
        return request.Create(issuer.SubjectName, signer, notBefore, notAfter, serial);
    }
}
