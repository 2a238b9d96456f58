using System.Security.Cryptography;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// What an order for Exchange must be like: a PFX file with an RSA key and a password, because others import and act as if
/// they had no key, and a subject, because connectors name a certificate by its issuer and subject.
/// </summary>
internal static class ExchangeTarget
{
    private const string ClassicProfile = "classic";
    private const string TakeBack = "Set-PAOrder -Target None makes the order one for nothing in particular.";

    /// <summary>A multiple of 3, so that each character of the password is random: 32 of them.</summary>
    private const int PasswordBytes = 24;

    /// <summary>Checks what a new order is to be, and chooses what is not given.</summary>
    /// <param name="request">The new order.</param>
    /// <param name="plan">What the request comes to.</param>
    /// <param name="former">The order that it takes the place of; it was told of what it has already.</param>
    /// <param name="profiles">The profiles that the CA offers.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <returns>The request; another one where something was chosen.</returns>
    /// <exception cref="PoshAcmeException"><c>ExchangeNeedsRsa</c>, <c>ExchangeNeedsPfx</c>, <c>ExchangeNeedsPassword</c>, <c>ExchangeNeedsCommonName</c>.</exception>
    public static NewOrderRequest Complete(
        NewOrderRequest request, OrderPlan plan, StoredOrder former, IReadOnlyDictionary<string, string> profiles, IReporter reporter)
    {
        if (request.Target != CertificateTarget.Exchange)
        {
            return request;
        }

        CheckKey(plan.KeyLength.ToString(), request.Csr is not null);
        CheckPfx(request.NoPfx ?? former.NoPfx, request.PfxPassword);
        CheckSubject(request.Subject, [plan.MainDomain, .. plan.AlternativeNames]);
        WarnOf(request.PfxPassword, request.Profile, former, reporter);
        return request.With(request.PfxPassword ?? NewPassword(), string.IsNullOrEmpty(request.Profile) ? ProfileOf(profiles) : request.Profile);
    }

    /// <summary>Checks what an order is to become, and chooses what is not given where it gets the target by that.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="order">The order as it is.</param>
    /// <param name="profiles">The profiles that the CA offers.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <returns>The changes; others where something was chosen.</returns>
    /// <exception cref="PoshAcmeException">As with the other.</exception>
    public static OrderChanges Complete(
        OrderChanges changes, StoredOrder order, IReadOnlyDictionary<string, string> profiles, IReporter reporter)
    {
        if ((changes.Target ?? order.Target) != CertificateTarget.Exchange)
        {
            return changes;
        }

        CheckKey(order.KeyLength, order.CSRBase64Url is { Length: > 0 });
        CheckPfx(changes.NoPfx ?? order.NoPfx, changes.PfxPassword);
        CheckSubject(changes.Subject ?? order.Subject, order.Names);
        WarnOf(changes.PfxPassword, changes.Profile, order, reporter);
        return order.Target == CertificateTarget.Exchange
            ? changes
            : changes with
            {
                PfxPassword = changes.PfxPassword ?? (IsWeak(order.PfxPass) ? NewPassword() : null),
                Profile = changes.Profile ?? ProfileOf(profiles),
            };
    }

    /// <summary>Whether a password is as good as none, or none at all.</summary>
    public static bool IsWeak(string? password) => string.IsNullOrEmpty(password) || password == NewOrderRequest.DefaultPfxPassword;

    /// <summary>The subject for the request of an order, or null: made from the main name.</summary>
    public static string? SubjectOf(StoredOrder order)
        => !string.IsNullOrWhiteSpace(order.Subject) ? order.Subject
            : order.Target == CertificateTarget.Exchange && CommonNameOf(order.Names) is { } name ? "CN=" + name
            : null;

    /// <summary>The CA decides what becomes of the subject that was asked for.</summary>
    public static void WarnOfSubject(StoredOrder order, CertificateInfo certificate, IReporter reporter)
    {
        if (order.Target == CertificateTarget.Exchange && certificate.Subject.Length == 0)
        {
            reporter.Warning(
                $"The certificate of order '{order.Name}' has no subject, so connectors of Exchange cannot name it. "
                + $"Use a profile of the CA that keeps the common name, such as {ClassicProfile} (Set-PAOrder -Profile), then Submit-Renewal -Force; "
                + "without connectors nothing is amiss.");
        }
    }

    private static void CheckKey(string keyLength, bool hasCsr)
    {
        if (keyLength.StartsWith("ec-", StringComparison.OrdinalIgnoreCase))
        {
            throw new PoshAcmeException(
                "ExchangeNeedsRsa",
                ErrorKind.InvalidArgument,
                $"Exchange needs an RSA key, and {keyLength} is none.",
                hasCsr ? "Make the certificate request with an RSA key." : $"Order anew with a key length such as 2048. {TakeBack}");
        }

        if (hasCsr)
        {
            throw new PoshAcmeException(
                "ExchangeNeedsPfx",
                ErrorKind.InvalidOperation,
                "Exchange takes a certificate from its PFX file, and for a certificate request made elsewhere there is none.",
                "Order by -Domain, so that the key is made here; or leave out -Target, and complete the request where its key is.");
        }
    }

    private static void CheckPfx(bool noPfx, string? password)
    {
        if (noPfx)
        {
            throw new PoshAcmeException(
                "ExchangeNeedsPfx",
                ErrorKind.InvalidArgument,
                "Exchange takes a certificate from its PFX file, and NoPfx has none written.",
                $"Leave out -NoPfx, or give -NoPfx:$false where the order has it already. {TakeBack}");
        }

        if (password?.Length == 0)
        {
            throw new PoshAcmeException(
                "ExchangeNeedsPassword",
                ErrorKind.InvalidArgument,
                "The password for the PFX files is empty; what Exchange imports from a file without one acts as if it had no key.",
                "Give a password with -PfxPassSecure, or leave it out to have a random one made.");
        }
    }

    private static void CheckSubject(string? subject, IReadOnlyList<string> names)
    {
        if (string.IsNullOrWhiteSpace(subject) && CommonNameOf(names) is null)
        {
            throw new PoshAcmeException(
                "ExchangeNeedsCommonName",
                ErrorKind.InvalidArgument,
                $"None of the names {string.Join(", ", names)} can be the common name that Exchange needs: that is a DNS name of at most {CsrBuilder.LongestCommonName} characters.",
                "Add a shorter name, or give a -Subject.");
        }
    }

    private static void WarnOf(string? password, string? profile, StoredOrder former, IReporter reporter)
    {
        var isKnown = former.Target == CertificateTarget.Exchange;
        if (password == NewOrderRequest.DefaultPfxPassword && !(isKnown && former.PfxPass == password))
        {
            reporter.Warning($"Everybody knows the password '{password}' of the PFX files. Give another, or none to have a random one made.");
        }

        if (!string.IsNullOrEmpty(profile) && profile != ClassicProfile && !(isKnown && former.Profile == profile))
        {
            reporter.Warning($"Certificates of the profile '{profile}' may lack a subject, and connectors of Exchange need one. The profile {ClassicProfile}, where the CA offers it, has it.");
        }
    }

    private static string? CommonNameOf(IEnumerable<string> names)
        => names.FirstOrDefault(name => name.Length <= CsrBuilder.LongestCommonName && AcmeIdentifier.Parse(name).Type == AcmeIdentifier.Dns);

    private static string? ProfileOf(IReadOnlyDictionary<string, string> profiles) => profiles.ContainsKey(ClassicProfile) ? ClassicProfile : null;

    private static string NewPassword()
    {
        using var random = RandomNumberGenerator.Create();
        var bytes = new byte[PasswordBytes];
        random.GetBytes(bytes);
        return Base64Url.Encode(bytes);
    }
}
