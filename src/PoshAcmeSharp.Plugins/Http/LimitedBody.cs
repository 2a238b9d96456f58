using System.Text;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>Reads an answer, but not more than it may hold.</summary>
internal static class LimitedBody
{
    /// <summary>The largest answer in bytes: 1 MiB.</summary>
    internal const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the body as UTF-8.</summary>
    /// <param name="response">The answer with its headers read.</param>
    /// <param name="providerName">The provider, for the error.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The text.</returns>
    /// <exception cref="PoshAcmeException"><c>AnswerTooLarge</c>: it is larger than <see cref="MaxBytes"/>.</exception>
    internal static async Task<string> ReadAsync(HttpResponseMessage response, string providerName, CancellationToken cancellationToken)
    {
        if (response.Content is null)
        {
            return string.Empty;
        }

        if (response.Content.Headers.ContentLength > MaxBytes)
        {
            throw TooLarge(providerName);
        }

        // The streams of .NET Framework do not look at the token while they wait for bytes.
        using var abort = cancellationToken.Register(response.Dispose);
        using var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (body.Length + read > MaxBytes)
            {
                throw TooLarge(providerName);
            }

            body.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private static PoshAcmeException TooLarge(string providerName) => new(
        providerName + ".AnswerTooLarge",
        ErrorKind.InvalidData,
        $"{providerName} answered with more than {MaxBytes / 1024} KiB, which no answer of its API needs.",
        "Check the base URL of the API, and whether a proxy stands in between.");
}
