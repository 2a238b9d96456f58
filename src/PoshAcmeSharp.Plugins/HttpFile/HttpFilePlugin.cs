using System.Text.RegularExpressions;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.HttpFile;

/// <summary>
/// Publishes http-01 answers as files below the root of a web server (RFC 8555 section 8.3).
/// <para>
/// What it removes: the file when it holds a key authorization of its token; its <c>web.config</c> when nothing else
/// is left in the folder; then <c>acme-challenge</c> and <c>.well-known</c> when they are empty. This may happen in
/// another process than the publishing, which cannot know who made the folders; an instance that found them
/// there leaves them.
/// </para>
/// </summary>
public sealed class HttpFilePlugin : IHttpChallengePlugin
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);
    private static readonly Regex Token = new("^[A-Za-z0-9_-]+\\z", RegexOptions.CultureInvariant, MatchTimeout);
    private static readonly Regex KeyAuthorization = new("^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\z", RegexOptions.CultureInvariant, MatchTimeout);

    private readonly IReadOnlyList<ChallengeFolder> _folders;

    /// <summary>Makes the plugin and checks its arguments; nothing is written.</summary>
    /// <param name="options">The arguments; relative paths begin in the current folder of the process.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: no folder, or one that is no path.</exception>
    public HttpFilePlugin(HttpFileOptions options)
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        var placesWebConfig = options.WRWebConfig ?? Environment.OSVersion.Platform == PlatformID.Win32NT;
        _folders = [.. options.WRPath.Select(path => new ChallengeFolder(FullPath(path), options.WRExactPath, placesWebConfig))];
        if (_folders.Count == 0)
        {
            throw InvalidPath(string.Empty, null);
        }
    }

    /// <inheritdoc/>
    public string Name => "WebRoot";

    /// <inheritdoc/>
    /// <remarks>Files are quick; one after the other, no folder is removed under another file.</remarks>
    public int MaxConcurrency => 1;

    /// <inheritdoc/>
    /// <remarks>All folders get the file, or none: what was written is taken away again when one fails.</remarks>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidToken</c>, <c>InvalidKeyAuthorization</c>: nothing was written. <c>WebRootNotFound</c>;
    /// <c>ChallengeFileNotWritable</c>: the message names the path.
    /// </exception>
    public async Task PublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
    {
        Check(response);
        var written = new List<ChallengeFolder>();
        try
        {
            foreach (var folder in _folders)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var isNew = await folder.WriteAsync(response, cancellationToken).ConfigureAwait(false);
                if (isNew)
                {
                    written.Add(folder);
                }

                context.Reporter.Verbose($"The challenge file for {response.Identifier} is {folder.PathOf(response.Token)}.");
            }
        }
        catch
        {
            written.ForEach(folder => TryRemove(folder, response, context.Reporter));
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>All folders are tried; what is not there is a success.</remarks>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidToken</c>, <c>InvalidKeyAuthorization</c>; <c>ChallengeFileNotRemoved</c>: the message names the path.
    /// </exception>
    public Task UnpublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
    {
        Check(response);
        PoshAcmeException? failure = null;
        foreach (var folder in _folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                folder.Remove(response, context.Reporter);
            }
            catch (PoshAcmeException e)
            {
                failure ??= e;
            }
        }

        return failure is null ? Task.CompletedTask : throw failure;
    }

    private static void Check(HttpChallengeResponse response)
    {
        // The token comes from a server and becomes a file name: nothing but its alphabet may get there.
        if (!Token.IsMatch(response.Token))
        {
            throw new PoshAcmeException(
                "InvalidToken",
                ErrorKind.InvalidData,
                $"The token '{Cut(response.Token)}' has characters that a challenge token cannot have; no file is touched.",
                "Give the challenge's token as the server sent it.");
        }

        if (!KeyAuthorization.IsMatch(response.KeyAuthorization)
            || !response.KeyAuthorization.StartsWith(response.Token + ".", StringComparison.Ordinal))
        {
            throw new PoshAcmeException(
                "InvalidKeyAuthorization",
                ErrorKind.InvalidArgument,
                $"The key authorization for the token '{Cut(response.Token)}' is not the token, a dot and a thumbprint; no file is touched.",
                "Take the key authorization from Get-KeyAuthorization.");
        }
    }

    private static void TryRemove(ChallengeFolder folder, HttpChallengeResponse response, IReporter reporter)
    {
        try
        {
            folder.Remove(response, reporter);
        }
        catch (PoshAcmeException e)
        {
            reporter.Warning(e.Message);
        }
    }

    private static string FullPath(string path)
    {
        try
        {
            return string.IsNullOrWhiteSpace(path) ? throw InvalidPath(path, null) : Path.GetFullPath(path);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw InvalidPath(path, e);
        }
    }

    private static PoshAcmeException InvalidPath(string? path, Exception? innerException)
        => new(
            "InvalidPluginArguments",
            ErrorKind.InvalidArgument,
            $"WRPath names no folder: '{path}'.",
            "Give the folder that the web server serves as its root.",
            innerException);

    private static string Cut(string text) => text.Length <= 64 ? text : text.Substring(0, 64) + "…";
}
