using System.Globalization;
using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.Issuance;

/// <summary>The steps that wait for the CA: validation of the names, and the issuance itself.</summary>
public static class OrderProgress
{
    private const string ValidationActivity = "Validating names";
    private const string IssuanceActivity = "Waiting for the certificate";
    private const int Parallelism = 16;

    /// <summary>Waits until the CA has settled each authorization; all are looked at in parallel.</summary>
    /// <param name="account">The account.</param>
    /// <param name="authorizationUrls">The authorizations.</param>
    /// <param name="timeout">For how long.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorizations, all valid.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>ValidationFailed</c>: the message lists every name that is not valid, with the CA's reason.
    /// <c>ValidationTimeout</c>: the CA had not settled these names in time; the order can be gone on with.
    /// </exception>
    public static async Task<IReadOnlyList<AcmeAuthorization>> WaitForAuthorizationsAsync(
        AcmeAccountClient account,
        IReadOnlyList<string> authorizationUrls,
        TimeSpan timeout,
        CancellationToken cancellationToken = default)
    {
        var settled = await SettleAuthorizationsAsync(account, authorizationUrls, timeout, cancellationToken).ConfigureAwait(false);
        ThrowUnlessValid(settled);
        return settled;
    }

    /// <summary>Waits as <see cref="WaitForAuthorizationsAsync"/> does, but leaves it to the caller what the CA decided.</summary>
    /// <param name="account">The account.</param>
    /// <param name="authorizationUrls">The authorizations.</param>
    /// <param name="timeout">For how long; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorizations: valid, failed, or still pending when the time was over.</returns>
    public static async Task<IReadOnlyList<AcmeAuthorization>> SettleAuthorizationsAsync(
        AcmeAccountClient account,
        IReadOnlyList<string> authorizationUrls,
        TimeSpan timeout,
        CancellationToken cancellationToken = default)
    {
        var options = account.Options;
        var deadline = timeout == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : options.Clock.UtcNow + timeout;
        var done = 0;

        void Report() => options.Reporter.Progress(new ProgressUpdate(
            ValidationActivity,
            $"{done} of {authorizationUrls.Count} validated",
            authorizationUrls.Count == 0 ? -1 : 100 * done / authorizationUrls.Count,
            timeout == Timeout.InfiniteTimeSpan ? -1 : Math.Max(0, (int)(deadline - options.Clock.UtcNow).TotalSeconds)));

        Report();
        try
        {
            return await Bounded.SelectAsync(
                authorizationUrls,
                Parallelism,
                async (url, token) =>
                {
                    var authorization = await Polling.UntilSettledAsync(
                        () => account.GetAuthorizationAsync(url, token),
                        a => a.Status != "pending",
                        deadline,
                        options.Clock,
                        _ => Report(),
                        token).ConfigureAwait(false);
                    Interlocked.Increment(ref done);
                    Report();
                    return authorization;
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            options.Reporter.Progress(new ProgressUpdate(ValidationActivity, "Done", 100, IsCompleted: true));
        }
    }

    /// <summary>Waits until the CA has issued, or cannot: the order is <c>valid</c> with a certificate URL, or <c>invalid</c>.</summary>
    /// <param name="account">The account.</param>
    /// <param name="orderUrl">The order.</param>
    /// <param name="timeout">For how long.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The order, valid and with a certificate URL.</returns>
    /// <exception cref="AcmeProblemException">The order has become invalid; the CA's reason.</exception>
    /// <exception cref="PoshAcmeException"><c>IssuanceTimeout</c>: it takes longer; the order can be gone on with.</exception>
    public static async Task<AcmeOrder> WaitForCertificateAsync(AcmeAccountClient account, string orderUrl, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var options = account.Options;
        var deadline = options.Clock.UtcNow + timeout;
        try
        {
            var order = await Polling.UntilSettledAsync(
                () => account.GetOrderAsync(orderUrl, cancellationToken),
                o => o.Status switch
                {
                    "valid" => o.Certificate is not null,
                    "processing" => false,
                    _ => true,
                },
                deadline,
                options.Clock,
                o => options.Reporter.Progress(new ProgressUpdate(
                    IssuanceActivity,
                    $"The order is {o.Status}",
                    -1,
                    Math.Max(0, (int)(deadline - options.Clock.UtcNow).TotalSeconds))),
                cancellationToken).ConfigureAwait(false);
            return order.Status == "valid" && order.Certificate is not null ? order : throw NotIssued(account, order);
        }
        finally
        {
            options.Reporter.Progress(new ProgressUpdate(IssuanceActivity, "Done", 100, IsCompleted: true));
        }
    }

    private static PoshAcmeException NotIssued(AcmeAccountClient account, AcmeOrder order) => order switch
    {
        { Error: { } error } => AcmeProblemException.From(error, error.Status, null, new Uri(order.Location).Authority, account.ServerNow),
        { Status: "processing" or "valid" } => new PoshAcmeException(
            "IssuanceTimeout",
            ErrorKind.Timeout,
            $"The CA has not issued yet: the order {order.Location} is {order.Status}.",
            "Run Complete-PAOrder later, or the same command again: the order goes on where it is."),
        _ => new PoshAcmeException(
            "OrderNotIssued",
            ErrorKind.InvalidOperation,
            $"The order {order.Location} is {Text.Cut(order.Status, 40)}; the CA gives no reason.",
            order.Status == "pending" ? "Let the CA validate the names first." : "Make a new order."),
    };

    /// <summary>Throws the error that names all authorizations which cannot become valid any more.</summary>
    /// <exception cref="PoshAcmeException"><c>ValidationFailed</c>.</exception>
    internal static void ThrowIfFailed(IReadOnlyList<AcmeAuthorization> authorizations)
    {
        var failed = authorizations.Where(a => a.Status is not ("valid" or "pending")).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var error = new PoshAcmeException(
            "ValidationFailed",
            ErrorKind.PermissionDenied,
            string.Format(CultureInfo.InvariantCulture, "The CA did not validate {0} of {1} names: {2}", failed.Count, authorizations.Count, string.Join("; ", failed.Select(Reason))),
            "Correct what the CA names, then make a new order; this one cannot become valid any more.");
        throw failed.Exists(a => a.Status == "invalid") ? error : new LapsedOrderException(error);
    }

    private static void ThrowUnlessValid(IReadOnlyList<AcmeAuthorization> authorizations)
    {
        ThrowIfFailed(authorizations);
        var open = authorizations.Where(a => a.Status == "pending").Select(a => a.FullName).ToList();
        if (open.Count > 0)
        {
            throw new PoshAcmeException(
                "ValidationTimeout",
                ErrorKind.Timeout,
                $"The CA has not settled these names yet: {string.Join(", ", open)}.",
                "Look again with Get-PAOrder -Refresh; a longer -ValidationTimeout waits longer.");
        }
    }

    private static string Reason(AcmeAuthorization authorization)
    {
        var errors = authorization.Challenges.Where(c => c.Error is not null).Select(c => $"{c.Type}: {c.Error}").ToList();
        return $"{authorization.FullName} is {authorization.Status}{(errors.Count > 0 ? " (" + string.Join(", ", errors) + ")" : string.Empty)}";
    }
}
