using System.Security.Cryptography;
using PoshAcmeSharp.Certificates;
using Xunit;

namespace PoshAcmeSharp.Tests.Certificates;

public sealed class CertificateChainTests : IDisposable
{
    private readonly TestCa _root = TestCa.Root("Root A", isRsa: true);
    private readonly TestCa _upper;
    private readonly TestCa _lower;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TestCa _leaf;

    public CertificateChainTests()
    {
        _upper = _root.Intermediate("Upper", isRsa: true);
        _lower = _upper.Intermediate("Lower");
        _leaf = _lower.Leaf(_key, "CN=example.test", "example.test", "*.example.test", "2001:db8::1");
    }

    private string Expected => Lf(_leaf.Pem + _lower.Pem + _upper.Pem);

    public void Dispose()
    {
        _leaf.Dispose();
        _key.Dispose();
        _lower.Dispose();
        _upper.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void A_chain_as_it_should_be_stays_as_it_is()
    {
        var chain = Parse(_leaf.Pem + _lower.Pem + _upper.Pem);

        Assert.Equal(Expected, chain.FullChainPem);
        Assert.Equal(Lf(_leaf.Pem), chain.LeafPem);
        Assert.Equal(Lf(_lower.Pem + _upper.Pem), chain.IssuersPem);
    }

    [Fact]
    public void Crlf_blank_lines_text_between_and_a_missing_last_newline_are_tolerated()
        => Assert.Equal(Expected, Parse(
            ("\n\nsubject=x\n" + _leaf.Pem + "\n\n" + _lower.Pem + " issuer: y\n" + _upper.Pem).TrimEnd().Replace("\n", "\r\n", StringComparison.Ordinal)).FullChainPem);

    [Fact]
    public void The_wrong_order_is_put_right()
    {
        Assert.Equal(Expected, Parse(_upper.Pem + _lower.Pem + _leaf.Pem).FullChainPem);
        Assert.Equal(Expected, Parse(_upper.Pem + _leaf.Pem + _lower.Pem).FullChainPem);
    }

    [Fact]
    public void Duplicates_and_strangers_are_left_out()
    {
        using var stranger = TestCa.Root("Stranger");

        Assert.Equal(Expected, Parse(_leaf.Pem + _leaf.Pem + stranger.Pem + _lower.Pem + _upper.Pem + _lower.Pem).FullChainPem);
    }

    [Fact]
    public void An_extra_root_is_left_out() => Assert.Equal(Expected, Parse(_root.Pem + _leaf.Pem + _lower.Pem + _upper.Pem).FullChainPem);

    [Fact]
    public void A_root_that_issued_the_leaf_itself_is_kept_so_that_there_is_an_issuer()
    {
        using var leaf = _root.Leaf(_key, "CN=example.test", "example.test");

        Assert.Equal(Lf(_root.Pem), CertificateChain.Parse(leaf.Pem + _root.Pem, leaf.SubjectPublicKeyInfo, ["example.test"]).IssuersPem);
    }

    [Fact]
    public void A_leaf_alone_is_a_chain_without_issuers() => Assert.Equal(string.Empty, Parse(_leaf.Pem).IssuersPem);

    [Fact]
    public void The_cross_signed_issuer_goes_before_the_self_signed_one_of_the_same_name_and_key()
    {
        using var oldRoot = TestCa.Root("Old Root", isRsa: true);
        using var cross = oldRoot.CrossSign(_root);

        var chain = Parse(_leaf.Pem + _lower.Pem + _upper.Pem + _root.Pem + cross.Pem + oldRoot.Pem);

        Assert.Equal(Expected + Lf(cross.Pem), chain.FullChainPem);
    }

    [Fact]
    public void An_issuer_of_the_same_name_with_another_key_is_not_taken()
    {
        using var impostor = _upper.Intermediate("Lower");

        Assert.Equal(Expected, Parse(_leaf.Pem + impostor.Pem + _lower.Pem + _upper.Pem).FullChainPem);
    }

    [Fact]
    public void Issuers_that_did_not_issue_the_leaf_are_an_error()
        => Assert.Equal("BrokenCertificateChain", Assert.Throws<PoshAcmeException>(() => Parse(_leaf.Pem + _upper.Pem)).ErrorId);

    [Fact]
    public void A_leaf_with_another_key_is_refused()
    {
        using var otherKey = PrivateKey.Generate(KeyLength.Ec256);

        var error = Assert.Throws<PoshAcmeException>(() => CertificateChain.Parse(Expected, otherKey.SubjectPublicKeyInfo, ["example.test"]));

        Assert.Equal("CertificateKeyMismatch", error.ErrorId);
    }

    [Fact]
    public void Each_missing_name_is_named()
    {
        var error = Assert.Throws<PoshAcmeException>(
            () => CertificateChain.Parse(Expected, _leaf.SubjectPublicKeyInfo, ["example.test", "www.example.test", "192.0.2.1"]));

        Assert.Equal("CertificateNamesMissing", error.ErrorId);
        Assert.Contains("www.example.test, 192.0.2.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_compared_without_case_and_addresses_by_value()
        => Assert.Equal(Expected, CertificateChain.Parse(Expected, _leaf.SubjectPublicKeyInfo, ["EXAMPLE.test", "*.Example.Test", "2001:DB8:0:0::1"]).FullChainPem);

    [Fact]
    public void A_chain_that_breaks_off_in_the_middle_is_refused()
        => Assert.Equal("InvalidCertificate", Assert.Throws<PoshAcmeException>(() => Parse(Expected[..^200])).ErrorId);

    [Fact]
    public void A_text_without_certificates_is_refused()
        => Assert.Equal("InvalidCertificate", Assert.Throws<PoshAcmeException>(() => Parse("<html>")).ErrorId);

    [Fact]
    public void Without_a_key_the_leaf_is_the_one_that_issued_no_other()
        => Assert.Equal(Expected, CertificateChain.Parse(_upper.Pem + _lower.Pem + _leaf.Pem).FullChainPem);

    [Fact]
    public void The_preferred_chain_is_the_one_whose_match_is_nearest_the_root()
    {
        using var otherRoot = TestCa.Root("Root B", isRsa: true);
        using var cross = otherRoot.CrossSign(_root);
        CertificateChain[] chains = [Parse(_leaf.Pem + _lower.Pem + _upper.Pem + cross.Pem), Parse(Expected)];

        Assert.Equal(new ChainChoice(1, false), CertificateChain.SelectPreferred(chains, "Root A"));
        Assert.Equal(new ChainChoice(0, false), CertificateChain.SelectPreferred(chains, "root b"));
        Assert.Equal(new ChainChoice(1, false), CertificateChain.SelectPreferred(chains, "Lower"));
    }

    [Fact]
    public void The_default_chain_is_taken_when_none_is_preferred_or_none_matches()
    {
        CertificateChain[] chains = [Parse(Expected), Parse(Expected)];

        Assert.Equal(new ChainChoice(0, false), CertificateChain.SelectPreferred(chains, null));
        Assert.Equal(new ChainChoice(0, false), CertificateChain.SelectPreferred(chains, string.Empty));
        Assert.Equal(new ChainChoice(0, false), CertificateChain.SelectPreferred(chains, "Root A"));
        Assert.Equal(new ChainChoice(0, true), CertificateChain.SelectPreferred(chains, "Root"));
    }

    private static string Lf(string pem) => pem.ReplaceLineEndings("\n");

    private CertificateChain Parse(string pem) => CertificateChain.Parse(pem, _leaf.SubjectPublicKeyInfo, ["example.test"]);
}
