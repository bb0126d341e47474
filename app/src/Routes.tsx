import { lazy } from "react";
import { BrowserRouter, Route, Routes as RouterRoutes } from "react-router";
import { DatanetPage } from "./pages/DatanetPage.tsx";
import { HomePage } from "./pages/HomePage.tsx";
import { MissingPage } from "./pages/MissingPage.tsx";
import { Frame } from "./parts/Frame.tsx";

const AccountPage = lazy(() => import("./pages/AccountPage.tsx"));
const ContributePage = lazy(() => import("./pages/ContributePage.tsx"));
const JobPage = lazy(() => import("./pages/JobPage.tsx"));
const JobsPage = lazy(() => import("./pages/JobsPage.tsx"));
const LeaderboardPage = lazy(() => import("./pages/LeaderboardPage.tsx"));
const PostJobPage = lazy(() => import("./pages/PostJobPage.tsx"));
const ReleasePage = lazy(() => import("./pages/ReleasePage.tsx"));
const SubmissionPage = lazy(() => import("./pages/SubmissionPage.tsx"));
const TalkPage = lazy(() => import("./pages/TalkPage.tsx"));

/** Which page stands at which address. Those beyond the first visit are loaded when they are asked for. */
export function Routes() {
  return (
    <BrowserRouter>
      <RouterRoutes>
        <Route element={<Frame />}>
          <Route index element={<HomePage />} />
          <Route path="datanets/:datanet" element={<DatanetPage />} />
          <Route path="contribute" element={<ContributePage />} />
          <Route path="submissions/:root" element={<SubmissionPage />} />
          <Route path="leaderboard" element={<LeaderboardPage />} />
          <Route path="jobs" element={<JobsPage />} />
          <Route path="jobs/new" element={<PostJobPage />} />
          <Route path="jobs/:job" element={<JobPage />} />
          <Route path="releases/:release" element={<ReleasePage />} />
          <Route path="talk" element={<TalkPage />} />
          <Route path="account" element={<AccountPage />} />
          <Route path="*" element={<MissingPage />} />
        </Route>
      </RouterRoutes>
    </BrowserRouter>
  );
}
