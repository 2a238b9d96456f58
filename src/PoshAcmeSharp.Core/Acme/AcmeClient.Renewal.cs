namespace PoshAcmeSharp.Acme;

/// <content>Renewal information.</content>
public sealed partial class AcmeClient
{
    /// <summary>No renewal waits longer for advice.</summary>
    private static readonly TimeSpan RenewalInfoPatience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Asks when a certificate should be renewed (RFC 9773 section 4). Whatever the server answers, or fails to, is an
    /// outcome and no error: advice that does not come must not stand in the way of a renewal.
    /// </summary>
    /// <param name="ariId">The certificate's identifier: <see cref="Certificates.CertificateInfo.AriId"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The suggested window, or why there is none.</returns>
    public async Task<RenewalInfo> GetRenewalInfoAsync(string ariId, CancellationToken cancellationToken = default)
    {
        if (Directory.RenewalInfo is not { Length: > 0 } renewalInfo)
        {
            return RenewalInfo.None(RenewalInfoStatus.NotOffered, "The server offers no renewal information.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(RenewalInfoPatience);
        try
        {
            var uri = EndpointPolicy.Require($"{renewalInfo.TrimEnd('/')}/{Uri.EscapeDataString(ariId)}", "renewalInfo URL of the directory");
            var response = await _requests.GetAsync(uri, patience.Token).ConfigureAwait(false);
            return RenewalInfo.Read(ResourceReader.Object(response), response.RetryAfter);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return RenewalInfo.None(RenewalInfoStatus.Unavailable, "The server did not answer in time.");
        }
        catch (PoshAcmeException e)
        {
            return RenewalInfo.None(StatusOf(e), e.Message, (e as AcmeProblemException)?.RetryAfter);
        }
    }

    private static RenewalInfoStatus StatusOf(PoshAcmeException error) => error switch
    {
        AcmeProblemException { Status: 404 or 410 } => RenewalInfoStatus.NotFound,
        AcmeProblemException { Status: 429 or >= 500 } or AcmeConnectionException or { ErrorId: "ServerBusy" } => RenewalInfoStatus.Unavailable,
        _ => RenewalInfoStatus.Invalid,
    };
}
