using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Certificates;

/// <summary>A certificate (RFC 5280) and what is asked about it.</summary>
public sealed class CertificateInfo
{
    internal const string PemLabel = "CERTIFICATE";

    private readonly byte[] _der;
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly byte[] _subjectName;
    private readonly byte[] _issuerName;
    private readonly byte[]? _subjectKeyId;
    private readonly byte[]? _authorityKeyId;
    private readonly SignatureAlgorithm? _signatureAlgorithm;
    private readonly Lazy<bool> _isSelfSigned;

    private CertificateInfo(byte[] der)
    {
        var certificate = X509CertificateStructure.GetInstance(Der.Read(der));
        var body = certificate.TbsCertificate;
        var extensions = body.Extensions;
        if (!certificate.SignatureAlgorithm.Equals(body.Signature))
        {
            // Only the inner one is signed (RFC 5280 section 4.1.1.2).
            throw new FormatException("The certificate names two signature algorithms.");
        }

        _der = der;
        _signed = Der.Member(der, 0);
        _signature = certificate.Signature.GetBytes();
        _signatureAlgorithm = SignatureAlgorithm.Find(certificate.SignatureAlgorithm.Algorithm.Id);
        _subjectName = Der.Encode(body.Subject);
        _issuerName = Der.Encode(body.Issuer);
        _subjectKeyId = SubjectNames.Value(extensions, Oids.SubjectKeyIdentifier) is { } subjectKeyId
            ? Asn1OctetString.GetInstance(subjectKeyId).GetOctets()
            : null;
        _authorityKeyId = ReadAuthorityKeyId(extensions);
        _isSelfSigned = new(() => IsIssuedBy(this));

        SubjectPublicKeyInfo = Der.Encode(body.SubjectPublicKeyInfo);
        Key = PublicKey.Read(SubjectPublicKeyInfo);
        Subject = new X500DistinguishedName(_subjectName).Name;
        Issuer = new X500DistinguishedName(_issuerName).Name;
        IssuerCommonName = SubjectNames.CommonName(body.Issuer);
        NotBefore = new(DateTime.SpecifyKind(body.StartDate.ToDateTime(), DateTimeKind.Utc));
        NotAfter = new(DateTime.SpecifyKind(body.EndDate.ToDateTime(), DateTimeKind.Utc));
        Serial = body.SerialNumber.Value.ToString();
        var serial = body.SerialNumber.Value.ToByteArray();
        SerialHex = Hex(serial);
        Thumbprint = Hex(Sha1(der));
        AllSans = SubjectNames.Alternative(extensions);
        MustStaple = SubjectNames.MustStaple(extensions);
        AriId = _authorityKeyId is null ? null : Base64Url.Encode(_authorityKeyId) + "." + Base64Url.Encode(serial);
    }

    /// <summary>The subject as .NET writes it, such as <c>CN=example.test</c>; empty when the certificate has none.</summary>
    public string Subject { get; }

    /// <summary>The issuer as .NET writes it.</summary>
    public string Issuer { get; }

    /// <summary>The first CN of the issuer, or null.</summary>
    public string? IssuerCommonName { get; }

    /// <summary>The first moment of validity, in UTC.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The last moment of validity, in UTC.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The serial number in decimal.</summary>
    public string Serial { get; }

    /// <summary>The serial number's bytes in upper-case hex, with a leading 00 where the first bit is set, as .NET writes it.</summary>
    public string SerialHex { get; }

    /// <summary>The SHA-1 hash of the certificate in upper-case hex, as Windows names certificates.</summary>
    public string Thumbprint { get; }

    /// <summary>All DNS names and IP addresses it holds, in its order.</summary>
    public IReadOnlyList<string> AllSans { get; }

    /// <summary>Such as <c>ec-256</c> or <c>2048</c>; an object identifier for a kind of key that has no such name.</summary>
    public string KeyLength => Key.Length;

    /// <summary>The identifier for renewal information (RFC 9773 section 4.1), or null when it has no authority key identifier.</summary>
    public string? AriId { get; }

    /// <summary>The public key in DER.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Whether its own key signed it.</summary>
    public bool IsSelfSigned => _isSelfSigned.Value;

    /// <summary>Whether it obliges servers to staple an OCSP response (RFC 7633).</summary>
    public bool MustStaple { get; }

    internal PublicKey Key { get; }

    /// <summary>Reads a certificate.</summary>
    /// <param name="der">DER.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidCertificate</c>.</exception>
    public static CertificateInfo FromDer(byte[] der)
    {
        try
        {
            return new((byte[])der.Clone());
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw Invalid("The data is no certificate, or a damaged one.", e);
        }
    }

    /// <summary>Reads the first certificate of a PEM text.</summary>
    /// <param name="pem">The text; other text and blocks are skipped.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidCertificate</c>.</exception>
    public static CertificateInfo FromPem(string pem)
    {
        var certificates = ReadAll(pem);
        return certificates.Count > 0 ? certificates[0] : throw Invalid("There is no certificate in the PEM text.");
    }

    /// <summary>Reads all certificates of a PEM text in its order.</summary>
    /// <param name="pem">The text; other text and blocks are skipped.</param>
    /// <returns>The certificates; none when the text holds none.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidCertificate</c>.</exception>
    public static IReadOnlyList<CertificateInfo> ReadAll(string pem)
    {
        var certificates = new List<CertificateInfo>();
        foreach (var block in PemBlock.ReadAll(pem).Where(block => block.Label == PemLabel))
        {
            try
            {
                certificates.Add(new(block.Data));
            }
            catch (Exception e) when (Der.IsFault(e))
            {
                throw Invalid($"Certificate {(certificates.Count + 1).ToString(CultureInfo.InvariantCulture)} of the PEM text is damaged.", e);
            }
        }

        return certificates;
    }

    /// <summary>The certificate in DER.</summary>
    /// <returns>A copy.</returns>
    public byte[] ToDer() => (byte[])_der.Clone();

    /// <summary>The certificate in PEM, ASCII with LF.</summary>
    /// <returns>One block with a final newline.</returns>
    public string ToPem() => PemBlock.Write(PemLabel, _der);

    /// <summary>Whether it holds the public part of a key.</summary>
    /// <param name="subjectPublicKeyInfo">The public key in DER.</param>
    /// <returns>True when it is the same key.</returns>
    public bool HasKey(byte[] subjectPublicKeyInfo)
    {
        try
        {
            return Key.IsSameAs(PublicKey.Read(subjectPublicKeyInfo));
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            return false;
        }
    }

    /// <summary>
    /// Whether another certificate's key signed it. Where the platform cannot check the kind of signature, names and key
    /// identifiers decide.
    /// </summary>
    internal bool IsIssuedBy(CertificateInfo issuer)
    {
        if (!_issuerName.SequenceEqual(issuer._subjectName))
        {
            return false;
        }

        return issuer.Key.Verify(_signatureAlgorithm, _signed, _signature)
            ?? (_authorityKeyId is null || issuer._subjectKeyId is null || _authorityKeyId.SequenceEqual(issuer._subjectKeyId));
    }

    internal byte[] ThumbprintBytes() => Sha1(_der);

    internal bool IsSameAs(CertificateInfo other) => _der.SequenceEqual(other._der);

    private static byte[]? ReadAuthorityKeyId(X509Extensions? extensions)
    {
        if (SubjectNames.Value(extensions, Oids.AuthorityKeyIdentifier) is { } value)
        {
            foreach (Asn1Encodable member in Asn1Sequence.GetInstance(value))
            {
                if (member is Asn1TaggedObject { TagNo: 0 } keyIdentifier)
                {
                    return Asn1OctetString.GetInstance(keyIdentifier, false).GetOctets();
                }
            }
        }

        return null;
    }

    private static byte[] Sha1(byte[] data)
    {
#pragma warning disable CA5350 // The name that Windows gives to certificates; nothing relies on its strength.
        using var sha1 = SHA1.Create();
#pragma warning restore CA5350
        return sha1.ComputeHash(data);
    }

    private static string Hex(byte[] data)
        => string.Concat(data.Select(value => value.ToString("X2", CultureInfo.InvariantCulture)));

    private static PoshAcmeException Invalid(string message, Exception? cause = null)
        => new("InvalidCertificate", ErrorKind.InvalidData, message, "Download the certificate again, or take the file from a backup.", cause);
}
