using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class TlsAlpnCertificateTests
{
    private const string Token = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Theory]
    [InlineData("www.example.test", "www.example.test")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void It_is_self_signed_and_holds_exactly_the_name_and_the_hash_in_a_critical_extension(string name, string held)
    {
        using var account = AccountKey.Generate(KeyLength.Ec256);

        using var certificate = X509CertificateLoader.LoadPkcs12(TlsAlpnCertificate.CreatePfx(account, Token, name, "pw", Now), "pw");

        var info = CertificateInfo.FromDer(certificate.RawData);
        Assert.True(info.IsSelfSigned);
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal([held], info.AllSans);
        Assert.True(info.NotBefore < Now && Now < info.NotAfter);
        var extension = Assert.Single(certificate.Extensions, e => e.Oid!.Value == "1.3.6.1.5.5.7.1.31");
        Assert.True(extension.Critical);
        Assert.Equal(
            SHA256.HashData(Encoding.ASCII.GetBytes(account.GetKeyAuthorization(Token))),
            AsnDecoder.ReadOctetString(extension.RawData, AsnEncodingRules.DER, out _));
    }

    [Theory]
    [InlineData("*.example.test", Token, "WildcardNeedsDns")]
    [InlineData("not a name", Token, "InvalidDomainName")]
    [InlineData("www.example.test", "no token!", "InvalidToken")]
    public void What_cannot_be_validated_so_is_refused(string name, string token, string errorId)
    {
        using var account = AccountKey.Generate(KeyLength.Ec256);

        var error = Assert.Throws<PoshAcmeException>(() => TlsAlpnCertificate.CreatePfx(account, token, name, "pw", Now));

        Assert.Equal(errorId, error.ErrorId);
    }
}
