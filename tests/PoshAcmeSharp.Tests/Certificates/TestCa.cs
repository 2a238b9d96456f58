using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Platform = System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.Tests.Certificates;

/// <summary>A certificate made by the platform, with its key, that can issue others: nothing of what is tested takes part.</summary>
internal sealed class TestCa : IDisposable
{
    private static readonly DateTimeOffset From = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static long s_serial = 0x00C0FFEE00000000;

    private readonly X509Certificate2 _withKey;

    private TestCa(X509Certificate2 withKey) => _withKey = withKey;

    public byte[] Der => _withKey.RawData;

    public X509Certificate2 Certificate => _withKey;

    public string Pem => _withKey.ExportCertificatePem() + "\n";

    public string KeyPem => _withKey.GetRSAPrivateKey() is { } rsa ? rsa.ExportPkcs8PrivateKeyPem() : _withKey.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public byte[] SubjectPublicKeyInfo => _withKey.PublicKey.ExportSubjectPublicKeyInfo();

    public static TestCa Root(string name, bool isRsa = false)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = Request("CN=" + name, key);
        AddCaExtensions(request);
        return new(request.CreateSelfSigned(From.AddYears(-1), From.AddYears(10)));
    }

    /// <summary>Issues an intermediate; with another CA given it is a cross-signature of that one's name and key.</summary>
    public TestCa Intermediate(string name, bool isRsa = false)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=" + name, key);
        AddCaExtensions(request);
        return Sign(request, key, From.AddYears(5));
    }

    /// <summary>The same name and key as another CA, signed by this one.</summary>
    public TestCa CrossSign(TestCa other)
    {
        using AsymmetricAlgorithm key = other._withKey.GetRSAPrivateKey() is { } rsa ? rsa : other._withKey.GetECDsaPrivateKey()!;
        var request = Request(other._withKey.Subject, key);
        AddCaExtensions(request);
        return Sign(request, key, From.AddYears(5));
    }

    public TestCa Leaf(AsymmetricAlgorithm key, string subject, params string[] names)
    {
        var request = Request(subject, key);
        var san = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                san.AddIpAddress(address);
            }
            else
            {
                san.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(san.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_withKey, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return Sign(request, key, From.AddDays(90));
    }

    public void Dispose() => _withKey.Dispose();

    private static Platform.CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new(subject, (ECDsa)key, HashAlgorithmName.SHA256);

    private static void AddCaExtensions(Platform.CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private TestCa Sign(Platform.CertificateRequest request, AsymmetricAlgorithm key, DateTimeOffset until)
    {
        using AsymmetricAlgorithm issuerKey = _withKey.GetRSAPrivateKey() is { } issuerRsa ? issuerRsa : _withKey.GetECDsaPrivateKey()!;
        var generator = issuerKey is RSA rsaKey
            ? X509SignatureGenerator.CreateForRSA(rsaKey, RSASignaturePadding.Pkcs1)
            : X509SignatureGenerator.CreateForECDsa((ECDsa)issuerKey);
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref s_serial));
        Array.Reverse(serial);
        using var certificate = request.Create(_withKey.SubjectName, generator, From, until, serial);
        return new(key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key));
    }
}
