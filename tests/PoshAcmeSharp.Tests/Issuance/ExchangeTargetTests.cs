using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>Orders for Exchange. The server of these tests issues without a subject, as some profiles of CAs do.</summary>
public sealed class ExchangeTargetTests : IssuanceTestBase
{
    private static readonly string LongName = string.Join('.', new string('a', 50), new string('b', 50), "example.test");

    [TheoryWith("openssl")]
    [InlineData(false, "pbeWithSHA1And3-KeyTripleDES-CBC")]
    [InlineData(true, "AES-256-CBC")]
    public async Task The_pfx_files_have_an_rsa_key_for_the_provider_of_Exchange_and_open_with_a_random_password(bool modern, string encryption)
    {
        var request = ForExchange();
        request.UseModernPfxEncryption = modern;
        var issued = await IssueAsync(request);

        var password = Kept().PfxPass;
        Assert.InRange(password.Length, 24, 64);
        foreach (var file in new[] { issued!.PfxFile!, issued.PfxFullChain! })
        {
            using var opened = X509CertificateLoader.LoadPkcs12FromFile(file, password, X509KeyStorageFlags.Exportable);
            Assert.Equal(2048, opened.GetRSAPrivateKey()!.KeySize);
            var info = (await ExternalProgram.RequireAsync("openssl", ["pkcs12", "-info", "-nodes", "-in", file, "-passin", "pass:" + password])).All;
            Assert.Contains("Microsoft CSP Name: Microsoft RSA SChannel Cryptographic Provider", info, StringComparison.Ordinal);
            Assert.Contains(encryption, info, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_two_orders_get_the_same_password()
    {
        await IssueAsync(ForExchange());
        await IssueAsync(ForExchange("other.example.test"));

        Assert.NotEqual(Kept().PfxPass, Kept("other.example.test").PfxPass);
    }

    [Fact]
    public async Task The_same_command_again_finds_nothing_to_do_and_leaves_password_and_files_alone()
    {
        Acme.Options.Profiles = new Dictionary<string, string> { ["classic"] = "as ever", ["shortlived"] = "6 days" };
        await new ServerService(Session).RefreshAsync(Server);
        using var session = OpenSession();
        var first = await new OrderIssuer(session).IssueAsync(Server, Account, ForExchange());
        var (password, pfx, warnings) = (Kept().PfxPass, File.ReadAllBytes(first!.PfxFullChain!), Reporter.Warnings.Count);

        // As New-PACertificate makes it.
        var again = NewOrderRequest.From(Kept());
        again.AimAt(CertificateTarget.Exchange);
        again.Overwrite = false;

        Assert.Null(await new OrderIssuer(session).IssueAsync(Server, Account, again));
        Assert.Equal("classic", Kept().Profile);
        Assert.Equal(password, Kept().PfxPass);
        Assert.Equal(pfx, File.ReadAllBytes(first.PfxFullChain!));
        Assert.Single(Acme.Orders);
        Assert.Equal(warnings, Reporter.Warnings.Count);
    }

    [Fact]
    public async Task A_renewal_keeps_target_and_password()
    {
        await IssueAsync(ForExchange());
        var password = Kept().PfxPass;

        await IssueAsync(NewOrderRequest.From(Kept()));

        Assert.Equal(2, Acme.Orders.Count);
        Assert.Equal(CertificateTarget.Exchange, Kept().Target);
        Assert.Equal(password, Kept().PfxPass);
        Assert.Contains(new KeyValuePair<string, object?>("Target", "Exchange"), Kept().ToProperties());
    }

    [Theory]
    [InlineData("key", "ExchangeNeedsRsa", "ec-384")]
    [InlineData("nopfx", "ExchangeNeedsPfx", "NoPfx")]
    [InlineData("password", "ExchangeNeedsPassword", "password")]
    [InlineData("csr", "ExchangeNeedsPfx", "elsewhere")]
    [InlineData("ec csr", "ExchangeNeedsRsa", "ec-256")]
    public async Task What_cannot_serve_Exchange_is_refused_before_the_CA_is_asked(string what, string id, string named)
    {
        var request = ForExchange();
        request.KeyLength = what == "key" ? KeyLength.Ec384 : KeyLength.Rsa2048;
        request.NoPfx = what == "nopfx";
        request.PfxPassword = what == "password" ? string.Empty : null;
        if (what.EndsWith("csr", StringComparison.Ordinal))
        {
            using var key = PrivateKey.Generate(what == "csr" ? KeyLength.Rsa2048 : KeyLength.Ec256);
            request.Csr = Csr.FromDer(CsrBuilder.Build(key, new CsrOptions { Names = [Name] }));
            request.Domain = [];
        }

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(request));

        Assert.Equal(id, error.ErrorId);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Empty(Acme.Orders);
    }

    [Fact]
    public async Task The_first_name_that_fits_is_the_common_name()
    {
        var issued = await IssueAsync(ForExchange(LongName, "*.example.test", "third.example.test"));

        Assert.Equal("CN=*.example.test", SubjectAskedFor(issued!));
    }

    [Fact]
    public async Task A_subject_that_was_given_is_kept()
    {
        var request = ForExchange(LongName);
        request.Subject = "O=Example";

        Assert.Equal("O=Example", SubjectAskedFor((await IssueAsync(request))!));
    }

    [Fact]
    public async Task Without_a_name_that_fits_there_is_no_order()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(ForExchange(LongName, "192.0.2.1")));

        Assert.Equal("ExchangeNeedsCommonName", error.ErrorId);
        Assert.Contains("64", error.Message, StringComparison.Ordinal);
        Assert.Empty(Acme.Orders);
    }

    [Theory]
    [InlineData(null, "classic", false)]
    [InlineData("classic", "classic", false)]
    [InlineData("shortlived", "shortlived", true)]
    public async Task The_profile_with_a_subject_is_asked_for_unless_another_was_given(string? given, string asked, bool isWarned)
    {
        Acme.Options.Profiles = new Dictionary<string, string> { ["classic"] = "as ever", ["shortlived"] = "6 days" };
        await new ServerService(Session).RefreshAsync(Server);
        using var session = OpenSession();
        var request = ForExchange();
        request.Profile = given;

        await new OrderService(session).CreateAsync(Server, Account, request);

        Assert.Equal(asked, Kept().Profile);
        Assert.Equal(isWarned, Reporter.Warnings.Any(w => w.Contains("'shortlived'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_CA_without_profiles_is_asked_for_none()
    {
        await new OrderService(Session).CreateAsync(Server, Account, ForExchange());

        Assert.Null(Kept().Profile);
    }

    [Fact]
    public async Task A_certificate_without_a_subject_is_told_with_what_to_do()
    {
        await IssueAsync(ForExchange());

        Assert.Contains("-Profile", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_that_everybody_knows_is_taken_with_a_warning_once()
    {
        var request = ForExchange();
        request.PfxPassword = NewOrderRequest.DefaultPfxPassword;
        await IssueAsync(request);
        await IssueAsync(NewOrderRequest.From(Kept()));

        Assert.Equal(NewOrderRequest.DefaultPfxPassword, Kept().PfxPass);
        Assert.Single(Reporter.Warnings, w => w.Contains("Everybody knows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_suits_is_not_issued_anew_when_its_order_gets_the_target()
    {
        var former = Request();
        former.KeyLength = KeyLength.Rsa2048;
        var issued = await IssueAsync(former);
        var request = NewOrderRequest.From(Kept());
        request.Overwrite = false;
        request.AimAt(CertificateTarget.Exchange);

        Assert.Null(await IssueAsync(request));

        Assert.Single(Acme.Orders);
        Assert.False(ExchangeTarget.IsWeak(Kept().PfxPass));
        using var opened = X509CertificateLoader.LoadPkcs12FromFile(issued!.PfxFullChain!, Kept().PfxPass);
        Assert.Equal(issued.Certificate.Thumbprint, opened.Thumbprint);
    }

    [Fact]
    public async Task A_key_on_a_curve_gives_way_to_rsa_when_the_order_gets_the_target()
    {
        await IssueAsync(Request());
        var request = NewOrderRequest.From(Kept());
        request.Overwrite = false;
        request.AimAt(CertificateTarget.Exchange);

        var issued = await IssueAsync(request);

        Assert.Equal("2048", issued!.Certificate.KeyLength);
    }

    [Fact]
    public async Task A_password_that_was_chosen_stays_when_the_order_gets_the_target()
    {
        var former = Request();
        former.KeyLength = KeyLength.Rsa2048;
        former.PfxPassword = "a chosen one";
        await IssueAsync(former);

        await ChangeAsync(new OrderChanges { Target = CertificateTarget.Exchange });

        Assert.Equal("a chosen one", Kept().PfxPass);
    }

    [Fact]
    public async Task The_pfx_files_are_written_anew_when_the_target_is_set_and_taken_back()
    {
        var former = Request();
        former.KeyLength = KeyLength.Rsa2048;
        var issued = await IssueAsync(former);

        await ChangeAsync(new OrderChanges { Target = CertificateTarget.Exchange, PfxPassword = "pw" });
        var hasProvider = HasProvider(issued!, "pw");
        await ChangeAsync(new OrderChanges { Target = CertificateTarget.None });

        Assert.True(hasProvider);
        Assert.False(HasProvider(issued!, "pw"));
        Assert.DoesNotContain("Target", File.ReadAllText(Path.Combine(Kept().Folder, "order.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_whose_key_does_not_suit_is_not_given_the_target()
    {
        await IssueAsync(Request());

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => ChangeAsync(new OrderChanges { Target = CertificateTarget.Exchange }));

        Assert.Equal("ExchangeNeedsRsa", error.ErrorId);
        Assert.Equal(CertificateTarget.None, Kept().Target);
    }

    [Fact]
    public async Task An_order_for_Exchange_keeps_its_pfx_files_and_their_password()
    {
        await IssueAsync(ForExchange());

        var noPfx = await Assert.ThrowsAsync<PoshAcmeException>(() => ChangeAsync(new OrderChanges { NoPfx = true }));
        var empty = await Assert.ThrowsAsync<PoshAcmeException>(() => ChangeAsync(new OrderChanges { PfxPassword = string.Empty }));

        Assert.Equal("ExchangeNeedsPfx", noPfx.ErrorId);
        Assert.Equal("ExchangeNeedsPassword", empty.ErrorId);
        Assert.False(Kept().NoPfx);
    }

    private static NewOrderRequest ForExchange(params string[] names)
    {
        var request = Request(names);
        request.KeyLength = KeyLength.Rsa2048;
        request.Target = CertificateTarget.Exchange;
        return request;
    }

    private Task ChangeAsync(OrderChanges changes) => new OrderService(Session).EditAsync(Server, Account, Kept(), changes);

    private static string SubjectAskedFor(OrderCertificate issued)
        => CertificateRequest.LoadSigningRequestPem(
            File.ReadAllText(Path.Combine(issued.Order.Folder, OrderFileNames.Request)), HashAlgorithmName.SHA256).SubjectName.Name;

    /// <summary>The name stands in the clear, beside the encrypted key.</summary>
    private static bool HasProvider(OrderCertificate issued, string password)
    {
        using var opened = X509CertificateLoader.LoadPkcs12FromFile(issued.PfxFullChain!, password);
        return File.ReadAllBytes(issued.PfxFullChain!).AsSpan().IndexOf(System.Text.Encoding.BigEndianUnicode.GetBytes(PfxOptions.SchannelProvider)) >= 0;
    }
}
